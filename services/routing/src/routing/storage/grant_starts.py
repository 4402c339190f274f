"""Services that have still to be granted a case that is held here: nobody asked them before.

A registration grants the service that registered; the others are told here. So is a service that
the node did not have when the case came. A row lives until the service has stored the grant.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    insert,
    literal,
    select,
)

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, State
from routing.storage import waits
from routing.storage.metadata import case_id, metadata, text
from routing.storage.owed import Errand
from routing.storage.tables import case_row

Values = Mapping[str, Any]

grant_start = Table(
    "grant_start",
    metadata,
    case_id(),
    Column("service", Text, primary_key=True),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    text("last_reason"),
)
Index("grant_start_due", grant_start.c.next_try_at)


def owe(uow: UnitOfWork, case: UUID, services: Iterable[str]) -> None:
    """Owe each service the grant of a case; the steps tell them at which epoch it is held."""
    for service in services:
        if uow.get(grant_start, case_id=case, service=service) is None:
            key = {"case_id": case, "service": service}
            uow.insert(grant_start, key | {"next_try_at": uow.now})
            uow.note(Errand())


def owe_all(uow: UnitOfWork, service: str) -> None:
    """Owe a service that is new to the node every open case that is held here, once."""
    if uow.next_number(f"granted:{service}") > 1:
        return
    columns = case_row.c
    held = select(columns.case_id, literal(service), literal(uow.now, UtcDateTime)).where(
        columns.custody.in_([Custody.HELD, Custody.RELEASING]), columns.state != State.ENDED
    )
    names = ["case_id", "service", "next_try_at"]
    already = select(grant_start.c.case_id).where(grant_start.c.service == service)
    query = held.where(columns.case_id.not_in(already))
    uow.execute(insert(grant_start).from_select(names, query))


def due(connection: Connection, now: datetime, limit: int) -> list[Values]:
    """Rows owed now, oldest try first, each with the case as it is held."""
    columns = case_row.c
    query = (
        select(
            grant_start,
            columns.custody,
            columns.state,
            columns.epoch,
            columns.holder_unit,
            columns.holder_path,
        )
        .join(case_row, columns.case_id == grant_start.c.case_id)
        .where(waits.is_over(grant_start.c.next_try_at, now))
        .order_by(grant_start.c.next_try_at)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def note_settled(uow: UnitOfWork, rows: Iterable[Values]) -> None:
    """The services have stored these, or the case has left and is granted when it comes back."""
    for row in rows:
        if uow.get(grant_start, **_key(row)) is not None:
            uow.delete(grant_start, **_key(row))


def note_failed(uow: UnitOfWork, failure: tuple[Iterable[Values], datetime, str]) -> None:
    """The calls failed: they stay owed and are tried again at the given time."""
    rows, again_at, reason = failure
    for row in rows:
        if uow.get(grant_start, **_key(row)) is not None:
            values = {"next_try_at": again_at, "tries": row["tries"] + 1, "last_reason": reason}
            uow.update(grant_start, _key(row), values)


def owed_to(connection: Connection, service: str) -> set[UUID]:
    """Cases that the service has still to be granted."""
    query = select(grant_start.c.case_id).where(grant_start.c.service == service)
    return set(connection.scalars(query))


def _key(row: Values) -> dict[str, Any]:
    return {name: row[name] for name in ("case_id", "service")}
