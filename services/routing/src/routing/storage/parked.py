"""Events and letters that could not be applied, for a person to look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, Uuid, cast, func, literal, select, tuple_, union_all

from kernel.consumer.inbox import State
from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import metadata
from routing.storage.tables import letter

Values = Mapping[str, Any]
inbox = metadata.tables["inbox"]
PARKED = "parked"


def page(connection: Connection, after: tuple[datetime, UUID] | None, limit: int) -> list[Values]:
    """Parked events and letters after a position, oldest first."""
    events = select(
        cast(inbox.c.origin, String).label("origin"),
        inbox.c.event_id.label("event_id"),
        cast(inbox.c.type, String).label("type"),
        func.coalesce(inbox.c.reason, "").label("reason"),
        inbox.c.at.label("at"),
    ).where(inbox.c.state == State.PARKED.value)
    letters = select(
        letter.c.from_unit, letter.c.letter_id, letter.c.kind, letter.c.reason, letter.c.at
    ).where(letter.c.state == PARKED)
    both = union_all(events, letters).subquery()
    query = select(both).order_by(both.c.at, both.c.event_id).limit(limit)
    if after is not None:
        position = (literal(after[0], UtcDateTime()), literal(after[1], Uuid()))
        query = query.where(tuple_(both.c.at, both.c.event_id) > tuple_(*position))
    return [dict(row) for row in connection.execute(query).mappings()]


def count(connection: Connection) -> int:
    """How many there are."""
    events = select(func.count()).select_from(inbox).where(inbox.c.state == State.PARKED.value)
    letters = select(func.count()).select_from(letter).where(letter.c.state == PARKED)
    return int(connection.scalar(events) or 0) + int(connection.scalar(letters) or 0)


def retry_letters(uow: UnitOfWork, only: Sequence[UUID]) -> int:
    """Let parked letters be opened again; all of them when none is named."""
    found = [row for row in uow.find(letter, state=PARKED) if not only or row["letter_id"] in only]
    for row in found:
        key, version = {"letter_id": row["letter_id"]}, row["version"]
        values = {"state": "arrived", "reason": "", "version": version + 1}
        uow.update(letter, key, values, expect={"version": version})
    return len(found)
