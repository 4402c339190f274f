"""What the sweep looks for, and the days that are waited for as a unit sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, literal, or_, select, tuple_

from kernel.identity import Caller
from kernel.scope import Level, readable
from mediation.domain.watching import RIGHTS
from mediation.storage.guests import held_by
from mediation.storage.reading import columns
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement
from mediation.storage.tables_watching import limitation, watch

Row = Mapping[Any, Any]
Position = tuple[datetime, UUID, str, str]
LOST = sorted(about.value for about in RIGHTS)


def come(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases with a day that has come to something, the longest waiting first."""
    query = (
        select(watch.c.case_id)
        .where(watch.c.next_look_at <= now)
        .group_by(watch.c.case_id)
        .order_by(func.min(watch.c.next_look_at))
        .limit(limit)
    )
    return list(connection.scalars(query))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days are wanted: of one unit or, where it is empty, of all cases the caller may see.

    `own`: of what the caller mediates for other units, too.
    """

    caller: Caller
    now: datetime
    unit: str = ""
    case_id: UUID | None = None
    until: datetime | None = None
    after: Position | None = None
    size: int = 50
    own: bool = False


def page(connection: Connection, asked: Asked) -> list[Row]:
    """Days of cases held here, the earliest end first; a right that was lost is owed by nobody."""
    order = (watch.c.due_at, watch.c.case_id, watch.c.about, watch.c.ref)
    query = (
        select(watch, mediation.c.case_no, mediation.c.holder_unit, mediation.c.regulation)
        .add_columns(limitation.c.known_on, limitation.c.clock)
        .join(mediation, mediation.c.case_id == watch.c.case_id)
        .outerjoin(limitation, limitation.c.case_id == watch.c.case_id)
        .where(
            readable(asked.caller, columns, Level.HEADER, now=asked.now),
            or_(watch.c.about.not_in(LOST), watch.c.due_at > asked.now),
            *_wanted(connection, asked),
        )
    )
    if asked.after is not None:
        ends = [literal(v, column.type) for v, column in zip(asked.after, order, strict=True)]
        query = query.where(tuple_(*order) > tuple_(*ends))
    return list(connection.execute(query.order_by(*order).limit(asked.size)).mappings())


def _wanted(connection: Connection, asked: Asked) -> list[Any]:
    wanted: list[Any] = []
    if asked.unit:
        mine = asked.caller if asked.own else None
        wanted.append(held_by(connection, asked.unit, mine, asked.now))
    if asked.case_id is not None:
        wanted.append(watch.c.case_id == asked.case_id)
    if asked.until is not None:
        wanted.append(watch.c.due_at <= asked.until)
    return wanted


def limitation_of(connection: Connection, case_id: UUID) -> Row | None:
    """The limitation that was noted for a case."""
    query = select(limitation).where(limitation.c.case_id == case_id)
    return connection.execute(query).mappings().first()


def in_force_since(connection: Connection, case_ids: list[UUID]) -> dict[UUID, datetime]:
    """When the agreements in force of these cases came into force, by case."""
    begun, dropped = agreement.c.in_force_from, agreement.c.dropped_at
    in_hand = (begun.is_not(None), dropped.is_(None), agreement.c.case_id.in_(case_ids))
    query = select(agreement.c.case_id, begun).where(*in_hand)
    return {row.case_id: row.in_force_from for row in connection.execute(query)}
