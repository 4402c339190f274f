"""Everything that is kept of the hearing day and the conclusion of a case's current hearing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from hearing.storage import reading
from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party, write_grant
from hearing.storage.tables_session import OF_CASE, conclusion, publication
from kernel.holding import LOCKED
from kernel.identity import Caller
from kernel.scope import Level

Row = Mapping[Any, Any]
HELD = (
    select(hearing_file.c.case_id)
    .join(write_grant, write_grant.c.case_id == hearing_file.c.case_id)
    .where(hearing_file.c.epoch <= write_grant.c.epoch)
)
"""Cases that are held here, or ended here; of others this node has no more than it once had."""
IN_TRANSIT = select(write_grant.c.case_id).where(write_grant.c.state == LOCKED)
"""Cases under a lock: nothing is told of them until they are held again, here or elsewhere."""
TABLES: tuple[Table, ...] = (hearing_member, hearing_party, *OF_CASE)


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A hearing with the rows of each table, in the order of their keys; nothing is opened.

    `lent` are parties of cases that are heard along.
    """

    row: Row
    key: Row | None
    tables: Mapping[str, tuple[Row, ...]]
    lent: frozenset[UUID]

    def of(self, table: Table) -> tuple[Row, ...]:
        """The rows of a table."""
        return self.tables[table.name]


def content_of(
    connection: Connection, caller: Caller, case_id: UUID, now: datetime
) -> SessionFile | None:
    """The file; None when there is none, or the caller may not read its content."""
    found = reading.by_case(connection, caller, case_id, now)
    if found is None or found.level is not Level.CONTENT:
        return None
    number = found.row["current"]
    query = select(hearing).where(hearing.c.case_id == case_id, hearing.c.number == number)
    row = connection.execute(query).mappings().one()
    tables = {table.name: _rows(connection, table, row) for table in TABLES}
    key = reading.key_of(connection, case_id)
    return SessionFile(row, key, tables, _lent(connection, row))


def _rows(connection: Connection, table: Table, row: Row) -> tuple[Row, ...]:
    of_hearing = (table.c.case_id == row["case_id"]) & (table.c.number == row["number"])
    query = select(table).where(of_hearing).order_by(*table.primary_key)
    return tuple(connection.execute(query).mappings())


def _lent(connection: Connection, row: Row) -> frozenset[UUID]:
    led = select(hearing.c.case_id).where(hearing.c.led_by == row["hearing_id"])
    query = select(hearing_party.c.party_id).where(hearing_party.c.case_id.in_(led))
    return frozenset(connection.scalars(query))


def outcomes(
    connection: Connection, caller: Caller, case_id: UUID, now: datetime
) -> list[Row] | None:
    """Hearings of a case that were concluded, in order; None when the case is not known."""
    if reading.by_case(connection, caller, case_id, now) is None:
        return None
    concluded = (hearing.c.case_id == case_id) & hearing.c.concluded_at.is_not(None)
    query = select(hearing).where(concluded).order_by(hearing.c.number)
    return list(connection.execute(query).mappings())


def due(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases whose conclusion is late and not told of, or whose publication is to come down."""
    late = (
        select(hearing.c.case_id)
        .join(
            conclusion,
            (conclusion.c.case_id == hearing.c.case_id) & (conclusion.c.number == hearing.c.number),
        )
        .where(
            hearing.c.state.in_(("conferring", "concluded")),
            hearing.c.serve_by_at <= now,
            hearing.c.served_at.is_(None),
            conclusion.c.overdue_at.is_(None),
            hearing.c.case_id.in_(HELD),
            hearing.c.case_id.not_in(IN_TRANSIT),
        )
    )
    over = select(publication.c.case_id).where(
        publication.c.take_down_at <= now, publication.c.case_id.not_in(IN_TRANSIT)
    )
    return list(connection.scalars(late.union(over).limit(limit)))


def published(
    connection: Connection, after: UUID | None, size: int
) -> list[tuple[Row, Row | None]]:
    """Publications that are shown, with the key of their case, in order of their hearings."""
    query = (
        select(publication, hearing.c.hearing_id, hearing.c.outcome)
        .join(
            hearing,
            (publication.c.case_id == hearing.c.case_id)
            & (publication.c.number == hearing.c.number),
        )
        .where(publication.c.state == "published", publication.c.case_id.in_(HELD))
        .order_by(hearing.c.hearing_id)
        .limit(size)
    )
    if after is not None:
        query = query.where(hearing.c.hearing_id > after)
    rows = connection.execute(query).mappings().all()
    return [(row, reading.key_of(connection, row["case_id"])) for row in rows]
