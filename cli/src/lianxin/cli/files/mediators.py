"""Rows of mediators as entries of the register, kept in one go but for those that are refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from kernel.ids import VERSION
from lianxin.cli.cases import is_id, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.drafts import TRUE
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.files.columns import Columns
from lianxin.cli.files.reading import Row, read_rows
from lianxin.cli.files.units import Units
from lianxin.cli.plain import checked_code, enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2

REGISTER = UUID("6f1d6a0e-64a0-5d2b-9f0a-7a2f9d0f3c11")
"""Ids of mediators are made of their number in the register (工号), the same at every import."""
COLUMNS = Columns(
    (
        "mediator_no",
        "staff",
        "unit",
        "mediator_fields",
        "mediator_kinds",
        "mediator_languages",
        "load_limit",
        "leave",
        "ended",
    ),
    frozenset({"unit"}),
    "MEDIATOR_COLUMNS_MISSING",
)
VERSION_AT = 76
"""Bits of an id below those of its version."""
USUAL_LIMIT = 10
COLUMN_OF = {
    "mediator_id": "mediator_no",
    "unit_id": "unit",
    "fields": "mediator_fields",
    "kinds": "mediator_kinds",
    "languages": "mediator_languages",
}
"""The column of the file that a field of the protocol is written in, where they differ."""
LANGUAGES = "mediation_language"


@dataclass(slots=True)
class Report:
    """What became of the rows: entries that were kept, and rows with what is wrong by field."""

    kept: list[tuple[Row, pb.MediatorEntry]] = field(default_factory=list)
    refused: list[tuple[Row, dict[str, str]]] = field(default_factory=list)

    def data(self, file: Path) -> dict[str, Any]:
        """For programs."""
        rows = [
            {"row": row.line, "outcome": "kept", "mediator_id": entry.mediator_id, "errors": {}}
            for row, entry in self.kept
        ]
        rows += [
            {"row": row.line, "outcome": "refused", "mediator_id": "", "errors": problems}
            for row, problems in self.refused
        ]
        rows.sort(key=lambda one: int(str(one["row"])))
        counts = {"kept": len(self.kept), "refused": len(self.refused)}
        return {"file": str(file), **counts, "rows": rows}


def rows_of(file: Path) -> list[Row]:
    """The rows of a file. Raises BadInput for one that cannot be read."""
    return read_rows(file, COLUMNS)


def keep(session: Session, rows: Iterable[Row], units: Units, *, dry_run: bool) -> Report:
    """Keep every row that can be kept; what the node refuses is told by its row."""
    report = Report()
    for row in rows:
        try:
            if row.problem:
                raise row.problem
            report.kept.append((row, entry_of(row, units)))
        except BadInput as error:
            text = say(f"error.{error.reason}", **error.ids)
            report.refused.append((row, {str(error.ids["field"]): text}))
    while report.kept and not dry_run:
        problems = _sent(session, [entry for _, entry in report.kept])
        if not problems:
            break
        _leave_out(report, problems)
    return report


def _leave_out(report: Report, problems: dict[int, dict[str, str]]) -> None:
    report.refused += [(report.kept[at][0], told) for at, told in problems.items()]
    report.kept = [one for at, one in enumerate(report.kept) if at not in problems]


def _sent(session: Session, entries: Sequence[pb.MediatorEntry]) -> dict[int, dict[str, str]]:
    """What is wrong with which entry; nothing when all were kept."""
    request = pb.KeepMediatorsRequest(request_id=new_request_id(), mediators=entries)
    try:
        session.ask(session.mediation.KeepMediators(request))
    except Remote as error:
        found = by_entry(error, entries)
        if not found:
            raise
        return found
    return {}


def by_entry(error: Remote, entries: Sequence[pb.MediatorEntry]) -> dict[int, dict[str, str]]:
    """What a refusal says of which entry, by the columns of the file."""
    found: dict[int, dict[str, str]] = {}
    for named, text in error.fields.items():
        head, _, column = named.partition("].")
        number = head.removeprefix("mediators[")
        if number.isdecimal() and int(number) < len(entries):
            found.setdefault(int(number), {})[COLUMN_OF.get(column, column)] = text
    refused = str(error.ids.get("mediator", ""))
    for at, entry in enumerate(entries):
        if refused and entry.mediator_id == refused:
            found.setdefault(at, {})["unit"] = error.message
    return found


def id_of(number: str) -> str:
    """The id made of a number of the register, in the form that all ids here have."""
    made = uuid5(REGISTER, number).int & ~(0xF << VERSION_AT)
    return str(UUID(int=made | VERSION << VERSION_AT))


def entry_of(row: Row, units: Units) -> pb.MediatorEntry:
    """A row as an entry. Raises BadInput naming the column."""
    said = {name: str(value).strip() for name, value in row.fields.items()}
    number, staff = said.get("mediator_no", ""), said.get("staff", "")
    if not (number or staff):
        raise BadInput("MEDIATOR_NO_NEEDED", field="mediator_no")
    return pb.MediatorEntry(
        mediator_id=number if is_id(number) else id_of(number or staff),
        staff=staff or ("" if is_id(number) else number),
        unit_id=units.id_of(said.get("unit", ""), "unit"),
        fields=[
            checked_code("category", one, "mediator_fields")
            for one in _listed(said, "mediator_fields")
        ],
        kinds=[_kind(one) for one in _listed(said, "mediator_kinds") or ["peoples"]],
        languages=[
            checked_code(LANGUAGES, one, "mediator_languages")
            for one in _listed(said, "mediator_languages")
        ],
        load_limit=_limit(said.get("load_limit", "")),
        leave=[_leave(one) for one in _listed(said, "leave")],
        ended=said.get("ended", "").lower() in TRUE,
    )


def _kind(said: str) -> Any:
    return enum_number(mediation_pb2.MediationKind.DESCRIPTOR, said, "mediator_kinds")


def _listed(said: dict[str, str], name: str) -> list[str]:
    """Entries between semicolons, commas or enumeration marks, in any script."""
    text = said.get(name, "")
    for mark in say("marks.list"):
        text = text.replace(mark, ";")
    return [one.strip() for one in text.split(";") if one.strip()]


def _limit(said: str) -> int:
    if not said:
        return USUAL_LIMIT
    try:
        return int(float(said))
    except (ValueError, OverflowError):
        raise BadInput("COUNT_INVALID", field="load_limit", value=said[:20]) from None


def _leave(said: str) -> pb.Leave:
    """`2026-12-30~2026-12-31`, or one day."""
    first, _, last = said.partition("~")
    return pb.Leave(
        from_day=iso_day(first.strip(), "leave"), until=iso_day((last or first).strip(), "leave")
    )
