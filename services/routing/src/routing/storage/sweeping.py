"""What the sweeps look for: clocks that came to something, and states that wait on nobody."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, func, select

from routing.domain.words import EITHER_WAY, Direction, Row, State
from routing.storage.clocks import clock
from routing.storage.supervision import KEYS, cohandling, referral, supervision
from routing.storage.tables import case_row, handoff, letter

Values = Mapping[str, Any]
HELD = sorted(EITHER_WAY)
WAITING: dict[Table, tuple[str, ...]] = {
    cohandling: ("open", "reported"),
    supervision: ("open",),
    referral: ("sent", "received", "owed"),
}
"""States in which somebody owes an act by `due_on`."""
UNCLAIMED_AFTER = timedelta(hours=1)


def clocks_to_look_at(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases held here with a clock that has come to a milestone, the longest waiting first."""
    query = (
        select(clock.c.case_id)
        .join(case_row, case_row.c.case_id == clock.c.case_id)
        .where(clock.c.next_look_at <= now, case_row.c.custody.in_(HELD))
        .group_by(clock.c.case_id)
        .order_by(func.min(clock.c.next_look_at))
        .limit(limit)
    )
    return list(connection.scalars(query))


def overdue(connection: Connection, table: Table, today: str, limit: int) -> list[Values]:
    """Rows of a table whose day has passed with nobody having noticed, of cases held here."""
    query = (
        select(table.c.case_id, table.c[KEYS[table]].label("row_id"))
        .join(case_row, case_row.c.case_id == table.c.case_id)
        .where(
            table.c.state.in_(WAITING[table]),
            table.c.due_on != "",
            table.c.due_on < today,
            table.c.noticed_at.is_(None),
            case_row.c.custody.in_(HELD),
            case_row.c.state != State.ENDED,
            case_row.c.backlog.is_(False),
        )
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def unclaimed(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Hand-overs that no child has claimed for an hour and of which the sender was not told."""
    query: Select[Any] = (
        select(handoff.c.handoff_id)
        .where(
            handoff.c.direction == Direction.DOWN,
            handoff.c.state == Row.OFFERED,
            handoff.c.side != "receiver",
            handoff.c.offered_at <= now - UNCLAIMED_AFTER,
            handoff.c.last_reason == "",
        )
        .limit(limit)
    )
    return list(connection.scalars(query))


def parked_letters(connection: Connection) -> int:
    """Letters that could not be applied."""
    query = select(func.count()).select_from(letter).where(letter.c.state == "parked")
    return int(connection.scalar(query) or 0)
