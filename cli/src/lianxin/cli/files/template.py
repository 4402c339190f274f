"""A workbook to fill in: one column a field, drop-downs where there are choices."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lianxin.cli.files.columns import FIELDS
from lianxin.cli.words import codes, say, word

ROWS = 2000
CHOICES = {"channel": "channel", "identity": "identity"}
WIDE = frozenset({"narrative", "requests", "living_place", "household_place"})
COMPULSORY = frozenset({"channel", "identity", "place_text", "narrative"})


def write_template(file: Path) -> None:
    """Write the empty workbook; an existing file is replaced."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = say("template.sheet")
    sheet.append([say(f"col.{field}") for field in FIELDS])
    choices = _choices(book)
    for number, field in enumerate(FIELDS, start=1):
        _dress(sheet, number, field)
        if field in choices:
            _drop_down(sheet, number, choices[field])
    sheet.freeze_panes = "A2"
    _guide(book)
    book.save(file)


def _dress(sheet: Any, number: int, field: str) -> None:
    head = sheet.cell(row=1, column=number)
    head.font = Font(bold=True)
    if field in COMPULSORY:
        head.fill = PatternFill("solid", fgColor="FFF2CC")
    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = 40 if field in WIDE else 16
    for row in range(2, ROWS + 1):
        cell = sheet.cell(row=row, column=number)
        cell.number_format = "@"  # text: a telephone keeps its digits, a date is read as typed
        if field in WIDE:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _choices(book: Workbook) -> dict[str, str]:
    """The words of each choice in a sheet of their own: a list in a cell may have 255 letters."""
    sheet = book.create_sheet(say("template.words"))
    ranges = {}
    for column, (field, kind) in enumerate(CHOICES.items(), start=1):
        shown = [word(kind, code) for code in codes(kind)]
        for row, text in enumerate(shown, start=1):
            sheet.cell(row=row, column=column, value=text)
        letter = get_column_letter(column)
        ranges[field] = f"'{sheet.title}'!${letter}$1:${letter}${len(shown)}"
    sheet.sheet_state = "hidden"
    return ranges


def _drop_down(sheet: Any, number: int, cells: str) -> None:
    rule = DataValidation(type="list", formula1=f"={cells}", allow_blank=True)
    rule.error = say("template.choose")
    sheet.add_data_validation(rule)
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{ROWS}")


def _guide(book: Workbook) -> None:
    sheet = book.create_sheet(say("template.guide"))
    sheet.column_dimensions["B"].width = 80
    for field in FIELDS:
        sheet.append([say(f"col.{field}"), say(f"template.{field}")])
