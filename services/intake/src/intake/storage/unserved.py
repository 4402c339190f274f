"""Papers that wait for their service: those that have come to be late, and what a unit sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, tuple_

from intake.domain.states import MOOT
from intake.storage.lists import MOST, Cursor
from intake.storage.reading import Row, columns
from intake.storage.tables import cases
from intake.storage.tables_unserved import unserved
from kernel.identity import Caller
from kernel.scope import Level, readable

NEVER = date(9999, 12, 31)
"""Stands for no day, so that papers without one come last."""
STATES = sorted(state.value for state in MOOT)
LAST_DAY = func.coalesce(unserved.c.due_on, NEVER)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which page: of one unit, or (`unit` empty) of all he may know of."""

    caller: Caller
    unit: str
    now: datetime
    today: date
    overdue: bool
    after: Cursor | None
    size: int


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
    wanted = _wanted(asked)
    order = (LAST_DAY, unserved.c.document_id)
    if asked.after is not None:
        day, document = asked.after.registered_at.date(), asked.after.case_id
        ends = literal(day, unserved.c.due_on.type), literal(document, unserved.c.document_id.type)
        wanted.append(tuple_(*order) > tuple_(*ends))
    query = select(unserved, cases.c.case_no, cases.c.holder_unit).join(cases, _still_decided())
    first = query.where(*wanted).order_by(*order).limit(asked.size + 1)
    rows = connection.execute(first).mappings().all()
    if len(rows) <= asked.size:
        return rows, None
    last = rows[asked.size - 1]
    midnight = datetime.combine(last["due_on"] or NEVER, time.min, UTC)
    return rows[: asked.size], Cursor(midnight, last["document_id"])


def overdue_count(connection: Connection, asked: Asked) -> int:
    """How many of the list are overdue, as far as lists count."""
    wanted = [*_wanted(asked), unserved.c.due_on < asked.today]
    some = select(unserved.c.case_id).join(cases, _still_decided()).where(*wanted).limit(MOST)
    counted = connection.execute(select(func.count()).select_from(some.subquery())).scalar_one()
    return int(counted)


def _still_decided() -> ColumnElement[bool]:
    return and_(unserved.c.case_id == cases.c.case_id, cases.c.state.not_in(STATES))


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    wanted = [readable(asked.caller, columns, Level.HEADER, now=asked.now)]
    if asked.unit:
        wanted.append(cases.c.holder_unit == asked.unit)
    if asked.overdue:
        wanted.append(unserved.c.due_on < asked.today)
    return wanted
