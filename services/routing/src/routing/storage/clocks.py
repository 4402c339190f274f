"""Clocks of cases, with their extensions and suspensions."""

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
    Column("explanation", Json, nullable=False, default=dict),
    text("whose"),
    text("state"),  # running, met, breached, met_late, suspended, cancelled
    text("set_date"),  # the date a person set, for clocks without a count
    Column("warned", Integer, nullable=False, default=0),  # warnings given so far
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


def words(uow: UnitOfWork, case: UUID) -> dict[str, str]:
    """The clocks of a case as its header carries them: clock to `last day|state|unit`."""
    rows: list[Any] = uow.find(clock, case_id=case)
    return {row["clock"]: f"{row['due_on']}|{row['state']}|{row['unit']}" for row in rows}
