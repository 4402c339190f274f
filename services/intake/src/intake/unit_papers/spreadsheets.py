"""A register as csv or xlsx: text only, so that no cell is taken for a formula."""

import csv
import io
from collections.abc import Sequence

Lines = Sequence[Sequence[str]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""By it a spreadsheet knows that a csv file is UTF-8."""
WIDEST = 60


def as_csv(lines: Lines) -> bytes:
    """UTF-8 with its mark; what looks like a formula stands behind an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerows([_plain(text) for text in line] for line in lines)
    return (BOM + out.getvalue()).encode()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def as_xlsx(lines: Lines, title: str) -> bytes:
    """One sheet, the head fixed, every cell a text. It takes a while: not on the event loop."""
    from openpyxl import Workbook  # noqa: PLC0415 (20 MB that few nodes ever need)
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (as above)

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet.freeze_panes = title, "A2"
    for number, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"
    for place, column in enumerate(zip(*lines, strict=True), start=1):
        width = min(WIDEST, 2 * max(map(len, column)) + 2)
        sheet.column_dimensions[get_column_letter(place)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
