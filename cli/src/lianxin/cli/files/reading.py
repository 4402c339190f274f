"""Rows of CSV (UTF-8, GBK, UTF-16), JSON Lines and xlsx files; a bad row never stops the rest."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianxin.cli.errors import BadInput
from lianxin.cli.files.columns import MATTERS, REPORT, Columns

ENCODINGS = ("utf-8-sig", "gb18030")
FORMATS = {".csv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
CELL = 131_072
"""Characters of a cell beyond which its row is refused here: no text of a matter comes near."""
WHOLE_FILE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `line` as an editor or a spreadsheet counts it, its fields, and what is wrong."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    problem: BadInput | None = None


def format_of(file: Path) -> str:
    """csv, jsonl or xlsx.

    Raises:
        BadInput: none of them by its ending.
    """
    kind = FORMATS.get(file.suffix.lower())
    if kind is None:
        raise BadInput("FILE_FORMAT", field="FILE", file=file.name)
    return kind


def read_rows(file: Path, columns: Columns = MATTERS) -> list[Row]:
    """All rows of a file.

    Raises:
        BadInput: it cannot be read at all, or lacks a column that is needed.
    """
    kind = format_of(file)
    try:
        content = file.read_bytes()
    except OSError:
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file.name) from None
    if kind == "jsonl":
        return list(_json_lines(text_of(content, file)))
    table = _sheet(content, file) if kind == "xlsx" else _csv(text_of(content, file))
    return list(_rows(table, columns))


def text_of(content: bytes, file: Path) -> str:
    """The text of a file in one of the encodings that offices use.

    Raises:
        BadInput: it is in none of them.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("FILE_ENCODING", field="FILE", file=file.name)


Cells = tuple[int, list[Any] | BadInput]


def _csv(text: str) -> Iterator[Cells]:
    sample = text.partition("\n")[0]
    delimiter = max(",;\t", key=sample.count)
    csv.field_size_limit(WHOLE_FILE)  # a long cell is read to its end, so that only it is refused
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            yield line, list(next(reader))
        except csv.Error:
            yield line, BadInput("ROW_UNREADABLE", field="row")
        except StopIteration:
            return


def _sheet(content: bytes, file: Path) -> Iterator[Cells]:
    from zipfile import BadZipFile  # noqa: PLC0415 (only workbooks need it)

    from openpyxl import load_workbook  # noqa: PLC0415 (as above)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 (as above)

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError):
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file.name) from None
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        yield number, [_written(cell) for cell in cells]


def _written(cell: Any) -> Any:
    """A cell as it would be typed: 19900009101.0 is a telephone, not a measure."""
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _rows(table: Iterable[Cells], columns: Columns) -> Iterator[Row]:
    cells = iter(table)
    _, titles = next(cells, (1, []))
    if isinstance(titles, BadInput):
        raise BadInput(columns.missing, field="FILE")
    fields = [columns.field_of(str(title)) for title in titles]
    if not set(fields) >= columns.needed:
        raise BadInput(columns.missing, field="FILE")
    for line, values in cells:
        if isinstance(values, BadInput):
            yield Row(line, {}, values)
        elif any(str(value).strip() for value in values):
            yield _row(line, fields, values)


def _row(line: int, fields: list[str | None], values: list[Any]) -> Row:
    named = {
        name: value
        for name, value in zip(fields, values, strict=False)
        if name is not None and name not in REPORT
    }
    told = sum(1 for name in fields if name not in REPORT)
    if len(values) < told or any(str(value).strip() for value in values[len(fields) :]):
        return Row(line, named, BadInput("ROW_CELLS", field="row"))
    return Row(line, named, _too_long(named))


def _too_long(fields: dict[str, Any]) -> BadInput | None:
    for name, value in fields.items():
        if len(str(value)) > CELL:
            return BadInput("CELL_TOO_LONG", field=name, limit=CELL)
    return None


def _json_lines(text: str) -> Iterator[Row]:
    for line, content in enumerate(text.splitlines(), start=1):
        if content.strip():
            yield _json_row(line, content)


def _json_row(line: int, content: str) -> Row:
    try:
        value = json.loads(content)
    except ValueError:
        return Row(line, {}, BadInput("ROW_JSON", field="row"))
    if not isinstance(value, dict):
        return Row(line, {}, BadInput("ROW_JSON", field="row"))
    fields = {name: item for name, item in value.items() if name not in REPORT}
    return Row(line, fields, _too_long(fields))
