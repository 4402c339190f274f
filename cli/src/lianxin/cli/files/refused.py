"""The report of refused rows: the same format and columns, with what is wrong beside each row.

It can be corrected and imported again: reading ignores the two columns that it adds.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianxin.cli.files.columns import FIELDS, REPORT
from lianxin.cli.files.reading import Row, format_of
from lianxin.cli.words import say


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not registered; `problems` maps fields to texts."""

    row: Row
    problems: dict[str, str]

    @property
    def added(self) -> dict[str, str]:
        """What the report adds to the row."""
        return {
            "refused_field": "; ".join(self.problems),
            "refused_text": "; ".join(self.problems.values()),
        }


def report_file(source: Path) -> Path:
    """Where the report of a file goes: beside it."""
    return source.with_name(f"{source.stem}.refused{source.suffix}")


def write_report(source: Path, refused: Sequence[Refused]) -> Path:
    """Write the report and tell where it is."""
    file = report_file(source)
    writers = {"csv": _write_csv, "jsonl": _write_lines, "xlsx": _write_sheet}
    writers[format_of(source)](file, refused)
    file.chmod(0o600)
    return file


def _columns(refused: Sequence[Refused]) -> list[str]:
    seen = dict.fromkeys(name for one in refused for name in one.row.fields)
    return [*(list(seen) or list(FIELDS)), *REPORT]


def _write_csv(file: Path, refused: Sequence[Refused]) -> None:
    columns = _columns(refused)
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([say(f"col.{name}") for name in columns])
        for one in refused:
            values = one.row.fields | one.added
            writer.writerow([values.get(name, "") for name in columns])


def _write_lines(file: Path, refused: Sequence[Refused]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for one in refused:
            stream.write(json.dumps(one.row.fields | one.added, ensure_ascii=False) + "\n")


def _write_sheet(file: Path, refused: Sequence[Refused]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 (only workbooks need it)

    columns = _columns(refused)
    book = Workbook()
    sheet: Any = book.active
    sheet.append([say(f"col.{name}") for name in columns])
    for line, one in enumerate(refused, start=2):
        values = one.row.fields | one.added
        for column, name in enumerate(columns, start=1):
            cell = sheet.cell(row=line, column=column, value=str(values.get(name, "") or ""))
            if cell.data_type == "f":
                cell.data_type = "s"  # a text that begins like a formula stays a text
    book.save(file)
