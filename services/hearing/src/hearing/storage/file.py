"""The hearings of one case with who sits and who is a party, and pages of cases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from hearing.storage.reading import columns
from hearing.storage.tables import (
    hearing,
    hearing_file,
    hearing_member,
    hearing_party,
    write_grant,
)
from hearing.storage.tables_register import room
from kernel.holding import OPEN
from kernel.identity import Caller
from kernel.scope import Level, readable

Row = Mapping[Any, Any]
By = Mapping[int, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Hearings:
    """Every hearing of a case, oldest first; members and parties by its number."""

    hearings: Sequence[Row]
    members: By
    parties: By


def hearings_of(connection: Connection, case_id: UUID) -> Hearings:
    """All hearings of a case with their people; `room_name`, `room_site` of a room of this node."""
    named = (room.c.name.label("room_name"), room.c.site.label("room_site"))
    query = select(hearing, *named).outerjoin(room, room.c.room_id == hearing.c.room_id)
    query = query.where(hearing.c.case_id == case_id).order_by(hearing.c.number)
    return Hearings(
        connection.execute(query).mappings().all(),
        _by_number(connection, hearing_member, case_id, hearing_member.c.member_no),
        _by_number(connection, hearing_party, case_id, hearing_party.c.party_id),
    )


def _by_number(connection: Connection, table: Any, case_id: UUID, order: Any) -> By:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.number, order)
    for row in connection.execute(query).mappings():
        found[row["number"]].append(row)
    return found


def case_no_of(connection: Connection, hearing_id: UUID) -> str:
    """The number of the case that a hearing belongs to; empty when there is none."""
    mine = hearing.c.case_id == hearing_file.c.case_id
    query = select(hearing_file.c.case_no).join(hearing, mine)
    return connection.execute(query.where(hearing.c.hearing_id == hearing_id)).scalar() or ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which page: of one unit, or (`unit` empty) of all he may know of."""

    caller: Caller
    now: datetime
    unit: str
    states: tuple[str, ...]
    case_id: UUID | None
    first: date | None
    last: date | None
    after: UUID | None
    size: int


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list, with its current hearing."""

    file: Row
    level: Level
    hearing: Row


_CURRENT = and_(
    hearing.c.case_id == hearing_file.c.case_id, hearing.c.number == hearing_file.c.current
)


def page(connection: Connection, asked: Asked) -> tuple[list[Line], UUID | None]:
    """One page, newest first as ids of cases grow with time, and its last case if more come."""
    levels = {
        level: readable(asked.caller, columns, level, now=asked.now).label(level.name.lower())
        for level in Level
    }
    query = select(hearing_file, *levels.values()).join(hearing, _CURRENT)
    query = query.where(levels[Level.HEADER], *_wanted(asked))
    query = query.order_by(hearing_file.c.case_id.desc()).limit(asked.size + 1)
    rows = connection.execute(query).mappings().all()
    shown = rows[: asked.size]
    current = _current(connection, [row["case_id"] for row in shown])
    lines = [Line(row, _level(row), current[row["case_id"]]) for row in shown]
    return lines, shown[-1]["case_id"] if len(rows) > asked.size else None


def _level(row: Row) -> Level:
    return max(level for level in Level if row[level.name.lower()])


def _wanted(asked: Asked) -> list[Any]:
    wanted: list[Any] = []
    if asked.unit:
        wanted.append(hearing_file.c.holder_unit == asked.unit)
    if asked.states:
        wanted.append(hearing_file.c.state.in_(asked.states))
    if asked.case_id is not None:
        wanted.append(hearing_file.c.case_id == asked.case_id)
    if asked.first is not None:
        wanted.append(hearing.c.day >= asked.first)
    if asked.last is not None:
        wanted.append(hearing.c.day <= asked.last)
    if asked.after is not None:
        wanted.append(hearing_file.c.case_id < asked.after)
    return wanted


def _current(connection: Connection, cases: Sequence[UUID]) -> dict[UUID, Row]:
    query = select(hearing).join(hearing_file, _CURRENT).where(hearing.c.case_id.in_(cases))
    return {row["case_id"]: row for row in connection.execute(query).mappings()}


_WRITABLE = (
    select(write_grant.c.case_id)
    .join(hearing_file, hearing_file.c.case_id == write_grant.c.case_id)
    .where(write_grant.c.state == OPEN, write_grant.c.epoch >= hearing_file.c.epoch)
)
"""Cases of which something can be told now: those that went, end or travel wait, or are over."""


def silent(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases whose request nobody decided in time and of which nothing was told yet."""
    waits = and_(
        hearing.c.state == "requested",
        hearing.c.decide_by_at <= now,
        hearing.c.overdue_at.is_(None),
        hearing.c.case_id.in_(_WRITABLE),
    )
    query = select(hearing.c.case_id).where(waits).order_by(hearing.c.decide_by_at).limit(limit)
    return list(connection.scalars(query))
