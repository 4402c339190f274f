"""Endings that wait for a second person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Table, Uuid

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id, metadata, text

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
