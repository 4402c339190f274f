"""Rows of a register, kept in one go but for those that are refused, each told by its row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from kernel.ids import VERSION
from lianxin.cli.drafts import TRUE
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.files.reading import Row
from lianxin.cli.words import say

Entry = TypeVar("Entry")
HOUR = 60
VERSION_AT = 76
"""Bits of an id below those of its version."""


@dataclass(slots=True)
class Report(Generic[Entry]):
    """What became of the rows: entries that were kept, and rows with what is wrong by field."""

    kept: list[tuple[Row, Entry]] = field(default_factory=list)
    refused: list[tuple[Row, dict[str, str]]] = field(default_factory=list)

    def data(self, file: Path, name: str) -> dict[str, Any]:
        """For programs; `name` is the field of an entry that has its id."""
        rows = [
            {"row": row.line, "outcome": "kept", name: getattr(entry, name), "errors": {}}
            for row, entry in self.kept
        ]
        rows += [
            {"row": row.line, "outcome": "refused", name: "", "errors": problems}
            for row, problems in self.refused
        ]
        rows.sort(key=lambda one: int(str(one["row"])))
        counts = {"kept": len(self.kept), "refused": len(self.refused)}
        return {"file": str(file), **counts, "rows": rows}


def keep(
    rows: Iterable[Row],
    entry_of: Callable[[Row], Entry],
    send: Callable[[Sequence[Entry]], None],
    columns: Mapping[str, str],
    *,
    dry_run: bool,
) -> Report[Entry]:
    """Keep every row that can be kept.

    `columns` name those of the file for fields of the protocol that are called otherwise.
    """
    report: Report[Entry] = Report()
    for row in rows:
        try:
            if row.problem:
                raise row.problem
            report.kept.append((row, entry_of(row)))
        except BadInput as error:
            text = say(f"error.{error.reason}", **error.ids)
            report.refused.append((row, {str(error.ids["field"]): text}))
    while report.kept and not dry_run:
        entries = [entry for _, entry in report.kept]
        try:
            send(entries)
            break
        except Remote as error:
            problems = by_entry(error, entries, columns)
            if not problems:
                raise
            report.refused += [(report.kept[at][0], told) for at, told in problems.items()]
            report.kept = [one for at, one in enumerate(report.kept) if at not in problems]
    return report


def by_entry(
    error: Remote, entries: Sequence[Any], columns: Mapping[str, str]
) -> dict[int, dict[str, str]]:
    """What a refusal says of which entry, by the columns of the file."""
    found: dict[int, dict[str, str]] = {}
    for named, text in error.fields.items():
        head, _, column = named.partition("].")
        number = head.rpartition("[")[2]
        if number.isdecimal() and int(number) < len(entries):
            column = column.partition("[")[0]
            found.setdefault(int(number), {})[columns.get(column, column)] = text
    return found


def made_id(register: UUID, number: str) -> str:
    """The id made of a number of a register, in the form that all ids here have."""
    made = uuid5(register, number).int & ~(0xF << VERSION_AT)
    return str(UUID(int=made | VERSION << VERSION_AT))


def said_of(row: Row) -> dict[str, str]:
    """The cells of a row by field, trimmed."""
    return {name: str(value).strip() for name, value in row.fields.items()}


def listed(said: Mapping[str, str], name: str) -> list[str]:
    """Entries between semicolons, commas or enumeration marks, in any script."""
    text = said.get(name, "")
    for mark in say("marks.list"):
        text = text.replace(mark, ";")
    return [one.strip() for one in text.split(";") if one.strip()]


def flag(said: Mapping[str, str], name: str) -> bool:
    """Whether a cell says yes."""
    return said.get(name, "").lower() in TRUE


def count(said: Mapping[str, str], name: str) -> int:
    """A number of a cell; 0 for none. Raises BadInput."""
    text = said.get(name, "")
    if not text:
        return 0
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        raise BadInput("COUNT_INVALID", field=name, value=text[:20]) from None


def span(text: str, name: str) -> tuple[int, int]:
    """`08:30-17:30` as minutes after midnight; nothing is 0 to 0. Raises BadInput."""
    if not text:
        return 0, 0
    first, _, last = text.replace("：", ":").replace("～", "-").replace("~", "-").partition("-")
    return _minute(first, name), _minute(last, name)


def _minute(text: str, name: str) -> int:
    hour, _, minute = text.strip().partition(":")
    within = hour.isdecimal() and minute.isdecimal() and int(minute) < HOUR
    if not within or int(hour) * HOUR + int(minute) > 24 * HOUR:
        raise BadInput("HOURS_INVALID", field=name, value=text.strip()[:20])
    return int(hour) * HOUR + int(minute)
