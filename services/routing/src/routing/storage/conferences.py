"""Joint conferences (联席会议) and coordination meetings (协调会)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Index, LargeBinary, Table, Uuid, literal, select, tuple_

from kernel.database import UtcDateTime
from kernel.unit_of_work import UnitOfWork
from routing.errors import ConferenceUnknown
from routing.storage.metadata import Json, metadata, text

Values = Mapping[str, Any]

conference = Table(
    "conference",
    metadata,
    Column("conference_id", Uuid, primary_key=True),
    text("kind"),  # joint, coordination
    text("site"),
    text("path"),
    text("state"),  # called, held
    Column("at", UtcDateTime, nullable=False),
    text("chair"),
    text("called_by"),
    Column("case_ids", Json, nullable=False, default=[]),
    Column("units", Json, nullable=False, default=[]),
    Column("attended", Json, nullable=False, default=[]),
    Column("decisions", Json, nullable=False, default=[]),
    Column("minutes", LargeBinary),  # sealed under the node's key
    Column("held_at", UtcDateTime),
)
Index("conference_newest", conference.c.at.desc(), conference.c.conference_id.desc())


def load(uow: UnitOfWork, conference_id: UUID) -> Values:
    """One conference. Raises ConferenceUnknown."""
    row = uow.get(conference, conference_id=conference_id)
    if row is None:
        raise ConferenceUnknown(conference_id=conference_id)
    return row


def forget_minutes(uow: UnitOfWork, case_id: UUID) -> None:
    """Take the minutes away of conferences on this case alone; those about several cases stay."""
    kept = uow.query(select(conference).where(conference.c.minutes.is_not(None)))
    for row in (row for row in kept if row.case_ids == [str(case_id)]):
        uow.update(conference, {"conference_id": row.conference_id}, {"minutes": None})


def page(
    connection: Connection,
    *,
    path: tuple[str, str],
    site: str,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Values]:
    """Conferences of sites within a range of paths, newest first, after a position."""
    place = (conference.c.at, conference.c.conference_id)
    query = select(conference).where(conference.c.path.between(*path))
    if site:
        query = query.where(conference.c.site == site)
    if after is not None:
        ends = [literal(value, column.type) for value, column in zip(after, place, strict=True)]
        query = query.where(tuple_(*place) < tuple_(*ends))
    order = (conference.c.at.desc(), conference.c.conference_id.desc())
    rows = connection.execute(query.order_by(*order).limit(limit)).mappings()
    return [dict(row) for row in rows]
