"""Lists of what is due by a day: due first on top, of a unit or of all that may be known of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, literal, select, tuple_

from intake.storage.lists import MOST, Cursor
from intake.storage.reading import Row, columns
from kernel.identity import Caller
from kernel.scope import Level, readable

NEVER = date(9999, 12, 31)
"""Stands for no day, so that what has none comes last."""


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


def wanted(asked: Asked, unit: Column[str], due_on: Column[date]) -> list[ColumnElement[bool]]:
    """What a list is narrowed to, by the columns of the unit and of the day."""
    found = [readable(asked.caller, columns, Level.HEADER, now=asked.now)]
    if asked.unit:
        found.append(unit == asked.unit)
    if asked.overdue:
        found.append(due_on < asked.today)
    return found


def page(
    connection: Connection,
    query: Select[Any],
    asked: Asked,
    day: ColumnElement[date],
    key: Column[Any],
) -> tuple[Sequence[Row], Cursor | None]:
    """One page of a query that has `due_on` and the id `key`, and the cursor of the next one."""
    if asked.after is not None:
        after = asked.after.registered_at.date(), asked.after.case_id
        ends = literal(after[0], day.type), literal(after[1], key.type)
        query = query.where(tuple_(day, key) > tuple_(*ends))
    rows = connection.execute(query.order_by(day, key).limit(asked.size + 1)).mappings().all()
    if len(rows) <= asked.size:
        return rows, None
    last = rows[asked.size - 1]
    midnight = datetime.combine(last["due_on"] or NEVER, time.min, UTC)
    return rows[: asked.size], Cursor(midnight, last[key.name])


def count(connection: Connection, query: Select[Any]) -> int:
    """How many rows a query has, as far as lists count."""
    some = query.limit(MOST).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())
