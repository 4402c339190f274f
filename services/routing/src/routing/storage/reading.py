"""One case as a caller may read it: how much of it, and what goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select, tuple_

from kernel import scope
from kernel.identity import Caller
from kernel.reads import Read, keep_read
from kernel.scope import Level
from kernel.unit_of_work import UnitOfWork
from routing.storage.clocks import clock
from routing.storage.metadata import metadata
from routing.storage.supervision import cohandling, referral, supervision
from routing.storage.tables import case_row, case_scope, handoff, log_entry, step

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The row of a case, and how deep the caller may read it."""

    row: Values
    level: Level


@dataclass(frozen=True, slots=True)
class Details:
    """Everything routing keeps beside the row."""

    clocks: list[Values]
    handoffs: list[Values]
    cohandlings: list[Values]
    supervisions: list[Values]
    referrals: list[Values]


def by_id(connection: Connection, caller: Caller, case_id: UUID, now: datetime) -> Found | None:
    """A case by its id; None when there is none that this caller may know of."""
    return _found(connection, caller, case_row.c.case_id == case_id, now)


def by_number(connection: Connection, caller: Caller, number: str, now: datetime) -> Found | None:
    """The same by its registration number."""
    return _found(connection, caller, case_row.c.case_no == number, now)


def _found(
    connection: Connection, caller: Caller, which: ColumnElement[bool], now: datetime
) -> Found | None:
    depths = [
        scope.readable(caller, case_scope, level, now=now).label(level.name) for level in Level
    ]
    row = connection.execute(select(case_row, *depths).where(which)).mappings().first()
    if row is None:
        return None
    deepest = max((level for level in Level if row[level.name]), default=None)
    return None if deepest is None else Found(dict(row), deepest)


def details(connection: Connection, case_id: UUID) -> Details:
    """What goes with a case."""
    return Details(
        clocks=_of(connection, clock, case_id, "due_at", "clock"),
        handoffs=_of(connection, handoff, case_id, "epoch", "at"),
        cohandlings=_of(connection, cohandling, case_id, "opened_at"),
        supervisions=_of(connection, supervision, case_id, "at"),
        referrals=_of(connection, referral, case_id, "at"),
    )


def _of(connection: Connection, table: Table, case_id: UUID, *order: str) -> list[Values]:
    query = select(table).where(table.c.case_id == case_id)
    rows = connection.execute(query.order_by(*(table.c[name] for name in order))).mappings()
    return [dict(row) for row in rows]


def log_page(
    connection: Connection, case_id: UUID, after: tuple[int, int], limit: int
) -> list[Values]:
    """Entries after a position, oldest first. Where only a header is kept: the timeline's steps."""
    if has_log(connection, case_id):
        return _page(connection, log_entry, case_id, after, limit)
    steps = _page(connection, step, case_id, after, limit)
    return [dict(row) | {"actor": "", "hash": ""} for row in steps]


def has_log(connection: Connection, case_id: UUID) -> bool:
    """Whether this node has the case's log itself, not only the steps told of it."""
    query = select(log_entry.c.case_id).where(log_entry.c.case_id == case_id)
    return connection.scalar(query.limit(1)) is not None


def _page(
    connection: Connection, table: Table, case_id: UUID, after: tuple[int, int], limit: int
) -> list[Values]:
    position = tuple_(table.c.epoch, table.c.n)
    query = select(table).where(table.c.case_id == case_id, position > tuple_(*after))
    rows = connection.execute(query.order_by(table.c.epoch, table.c.n).limit(limit)).mappings()
    return [dict(row) for row in rows]


NoteRead = Read
"""A read that is put on record before its answer goes out."""


def note_read(uow: UnitOfWork, read: NoteRead) -> None:
    """Put a read on record."""
    keep_read(uow, metadata.tables["read_audit"], read)
