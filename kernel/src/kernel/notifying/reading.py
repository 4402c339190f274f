"""Lists and counts of notices. Who may see which is the service's to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, func, literal, select, tuple_

from kernel.notifying.tables import for_a_person
from kernel.notifying.words import OPEN, State

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list, newest first: what comes after it follows."""

    at: datetime
    notice_id: UUID


def by_id(connection: Connection, table: Table, notice_id: UUID) -> Row | None:
    """One notice."""
    query = select(table).where(table.c.notice_id == notice_id)
    return connection.execute(query).mappings().first()


def page(
    connection: Connection, table: Table, wanted: Select[Any], after: Place | None, size: int
) -> tuple[Sequence[Row], Place | None]:
    """One page of a selection of notices, newest first, and where the next one begins."""
    if after is not None:
        place = tuple_(
            literal(after.at, table.c.at.type), literal(after.notice_id, table.c.notice_id.type)
        )
        wanted = wanted.where(tuple_(table.c.at, table.c.notice_id) < place)
    first = wanted.order_by(table.c.at.desc(), table.c.notice_id.desc()).limit(size + 1)
    rows = connection.execute(first).mappings().all()
    if len(rows) <= size:
        return rows, None
    last = rows[size - 1]
    return rows[:size], Place(last["at"], last["notice_id"])


def counts(connection: Connection, table: Table) -> dict[State, int]:
    """How many a machine has still to send (OWED), and how many wait for a person."""
    each = select(table.c.state, func.count()).where(for_a_person(table)).group_by(table.c.state)
    waiting = {State(state): int(number) for state, number in connection.execute(each)}
    owed = select(func.count()).where(table.c.next_try_at.is_not(None))
    return dict.fromkeys(OPEN, 0) | waiting | {State.OWED: connection.execute(owed).scalar_one()}
