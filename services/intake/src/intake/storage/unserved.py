"""Papers that wait for their service: those that have come to be late, and what a unit sees."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, select

from intake.domain.states import MOOT
from intake.storage import by_day
from intake.storage.by_day import Asked
from intake.storage.lists import Cursor
from intake.storage.reading import Row
from intake.storage.tables import cases
from intake.storage.tables_unserved import unserved

STATES = sorted(state.value for state in MOOT)
LAST_DAY = func.coalesce(unserved.c.due_on, by_day.NEVER)


def come(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases with a paper that should have been served by now, the longest waiting first."""
    query = (
        select(unserved.c.case_id)
        .where(unserved.c.next_look_at <= now)
        .group_by(unserved.c.case_id)
        .order_by(func.min(unserved.c.next_look_at))
        .limit(limit)
    )
    return list(connection.scalars(query))


def page(connection: Connection, asked: Asked) -> tuple[Sequence[Row], Cursor | None]:
    """One page, due first on top, and the cursor of the next one."""
    told = (cases.c.case_no, cases.c.holder_unit, cases.c.regulation)
    query = select(unserved, *told).join(cases, _still_decided())
    query = query.where(*_wanted(asked))
    return by_day.page(connection, query, asked, LAST_DAY, unserved.c.document_id)


def overdue_count(connection: Connection, asked: Asked) -> int:
    """How many of the list are overdue, as far as lists count."""
    late = select(unserved.c.case_id).join(cases, _still_decided())
    late = late.where(*_wanted(asked), unserved.c.due_on < asked.today)
    return by_day.count(connection, late)


def _still_decided() -> ColumnElement[bool]:
    return and_(unserved.c.case_id == cases.c.case_id, cases.c.state.not_in(STATES))


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    return by_day.wanted(asked, cases.c.holder_unit, unserved.c.due_on)
