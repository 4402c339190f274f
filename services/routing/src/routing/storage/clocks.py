"""Clocks of cases, with their extensions and suspensions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import Json, case_id, metadata, text

# One row a clock and unit. A citizen's clock has the unit "": no hand-over starts it anew.
clock = Table(
    "clock",
    metadata,
    case_id(),
    Column("clock", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    text("started_on"),
    text("due_on"),
    Column("due_at", UtcDateTime),
    text("article"),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("explanation", Json, nullable=False, default={}),
    text("whose"),
    text("state"),  # running, met, breached, met_late, suspended, lapsed (a right), cancelled
    text("set_date"),  # the date a person set, for clocks without a count
    Column("warned", Integer, nullable=False, default=0),  # milestones acted on so far
    Column("next_look_at", UtcDateTime),  # when the sweep looks at it again
    Column("breached_at", UtcDateTime),
    Column("met_at", UtcDateTime),
)
Index("clock_look", clock.c.next_look_at)
Index("clock_due", clock.c.state, clock.c.due_at)
Index("clock_unit", clock.c.unit, clock.c.state, clock.c.due_at)

extension = Table(
    "extension",
    metadata,
    case_id(),
    Column("extension_id", Uuid, primary_key=True),
    text("clock"),
    text("unit"),
    Column("days", Integer, nullable=False),
    text("grounds"),
    text("asked_by"),
    Column("asked_at", UtcDateTime, nullable=False),
    text("state"),  # asked, approved, rejected
    text("decided_by"),
    Column("decided_at", UtcDateTime),
    Column("resident_told", Boolean, nullable=False, default=False),
)

suspension = Table(
    "suspension",
    metadata,
    case_id(),
    Column("suspension_id", Uuid, primary_key=True),
    text("clock"),
    text("unit"),
    text("grounds"),
    text("article"),
    text("approved_by"),
    text("from_on"),
    text("to_on"),
    text("look_again_on"),
    text("by"),
)


OPEN = frozenset({"running", "breached", "suspended"})
"""States in which the act is still owed."""


def of_case(uow: UnitOfWork, case: UUID) -> list[Mapping[str, Any]]:
    """All clocks of a case, the earliest end first; those without an end last."""
    rows = uow.find(clock, case_id=case)
    return sorted(rows, key=lambda row: (row["due_on"] or "9999", row["clock"], row["unit"]))


def find(uow: UnitOfWork, case: UUID, clock_id: str, unit: str) -> Mapping[str, Any] | None:
    """One clock of a case."""
    return uow.get(clock, case_id=case, clock=clock_id, unit=unit)


def put(uow: UnitOfWork, row: Mapping[str, Any]) -> None:
    """Write a whole clock row, new or again."""
    key = {name: row[name] for name in ("case_id", "clock", "unit")}
    if uow.get(clock, **key) is None:
        uow.insert(clock, row)
    else:
        uow.update(clock, key, {name: v for name, v in row.items() if name not in key})


def change(uow: UnitOfWork, row: Mapping[str, Any], **values: Any) -> None:
    """Change columns of a clock; the version of its case is the guard."""
    uow.update(clock, {name: row[name] for name in ("case_id", "clock", "unit")}, values)


def extensions_of(uow: UnitOfWork, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Extensions asked for a clock, oldest first."""
    rows = uow.find(extension, case_id=row["case_id"], clock=row["clock"], unit=row["unit"])
    return sorted(rows, key=lambda line: line["asked_at"])


def suspensions_of(uow: UnitOfWork, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Suspensions of a clock, oldest first."""
    rows = uow.find(suspension, case_id=row["case_id"], clock=row["clock"], unit=row["unit"])
    return sorted(rows, key=lambda line: line["from_on"])


def words(uow: UnitOfWork, case: UUID) -> dict[str, str]:
    """The clocks of a case as its header carries them: clock to `last day|state|unit`.

    Of a clock that several units had, the one still open, else the latest, is told.
    """
    rows = [row for row in uow.find(clock, case_id=case) if row["state"] != "cancelled"]
    rows.sort(key=lambda row: (row["state"] in OPEN, row["started_at"]))
    return {row["clock"]: f"{row['due_on']}|{row['state']}|{row['unit']}" for row in rows}
