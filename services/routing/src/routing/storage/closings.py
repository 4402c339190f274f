"""Endings that wait for a second person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Connection, Table, Uuid, select

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id, metadata, text
from routing.storage.tables import case_row

closing = Table(
    "closing",
    metadata,
    case_id(),
    Column("closing_id", Uuid, primary_key=True),
    text("ending"),
    text("grounds"),
    text("note"),
    Column("review_route_told", Boolean, nullable=False, default=False),
    text("unit"),
    text("proposed_by"),
    Column("at", UtcDateTime, nullable=False),
    text("state"),  # proposed, approved, rejected, dropped (the case was handed on)
    text("decided_by"),
    Column("decided_at", UtcDateTime),
)


def pending(uow: UnitOfWork, case: UUID) -> Mapping[str, Any] | None:
    """The ending that waits, if one does."""
    rows = uow.find(closing, case_id=case, state="proposed")
    return rows[0] if rows else None


def decide(uow: UnitOfWork, row: Mapping[str, Any], state: str, by: str) -> None:
    """Record what became of a proposal, once."""
    key = {"case_id": row["case_id"], "closing_id": row["closing_id"]}
    values = {"state": state, "decided_by": by, "decided_at": uow.now}
    uow.update(closing, key, values, expect={"state": "proposed"})


def closing_row(connection: Connection, case: UUID) -> Mapping[str, Any] | None:
    """The case as it stands, for who is about to end it; read beside the writer."""
    query = select(case_row).where(case_row.c.case_id == case)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def proposed_ending(connection: Connection, case: UUID) -> str:
    """The ending that waits for its second person; empty when none does."""
    waiting = (closing.c.case_id == case) & (closing.c.state == "proposed")
    return str(connection.execute(select(closing.c.ending).where(waiting)).scalar() or "")
