"""Clocks of many cases, the earliest end first, as far as the caller may see the cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, or_, select, tuple_

from kernel import scope
from kernel.identity import Caller
from kernel.scope import Level
from routing.domain.words import EITHER_WAY
from routing.storage.clocks import clock
from routing.storage.tables import case_row, case_scope

Values = Mapping[str, Any]
Position = tuple[datetime, UUID, str, str]
SHOWN = ("running", "breached")


@dataclass(frozen=True, slots=True)
class Asked:
    """What clocks are wanted; empty is any."""

    caller: Caller
    unit: str = ""
    due_before: datetime | None = None
    overdue_only: bool = False


def page(
    connection: Connection, asked: Asked, now: datetime, after: Position | None, limit: int
) -> list[Values]:
    """Clocks of cases held here, after a position. Each row has the case's number and profile."""
    order = (clock.c.due_at, clock.c.case_id, clock.c.clock, clock.c.unit)
    query = _wanted(asked, now)
    if after is not None:
        ends = [literal(value, column.type) for value, column in zip(after, order, strict=True)]
        query = query.where(tuple_(*order) > tuple_(*ends))
    rows = connection.execute(query.order_by(*order).limit(limit)).mappings()
    return [dict(row) for row in rows]


def _wanted(asked: Asked, now: datetime) -> Select[Any]:
    query = (
        select(clock, case_row.c.case_no, case_row.c.regulation, case_row.c.holder_unit)
        .join(case_row, case_row.c.case_id == clock.c.case_id)
        .where(
            scope.readable(asked.caller, case_scope, Level.HEADER, now=now),
            case_row.c.custody.in_(sorted(EITHER_WAY)),
            clock.c.state.in_(SHOWN),
            clock.c.due_at.is_not(None),
        )
    )
    if asked.unit:
        query = query.where(_owed_by(asked.unit))
    if asked.due_before is not None:
        query = query.where(clock.c.due_at <= asked.due_before)
    if asked.overdue_only:
        query = query.where(clock.c.due_at <= now)
    return query


def _owed_by(unit: str) -> ColumnElement[bool]:
    """The unit's own clocks, and those of the cases it holds."""
    of_case = and_(clock.c.unit == "", case_row.c.holder_unit == unit)
    return or_(clock.c.unit == unit, of_case)


def of_case(connection: Connection, case_id: UUID) -> list[Values]:
    """All clocks of one case, the earliest end first."""
    query = select(clock).where(clock.c.case_id == case_id).order_by(clock.c.due_on, clock.c.clock)
    return [dict(row) for row in connection.execute(query).mappings()]
