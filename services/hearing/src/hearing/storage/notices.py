"""Notices, answers, objections and public notices as they are listed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, tuple_

from hearing.storage.reading import columns
from hearing.storage.tables import hearing, hearing_file
from hearing.storage.tables_notices import (
    hearing_change,
    hearing_objection,
    hearing_told,
    notice,
    public_notice,
)
from hearing.storage.tables_register import person, room
from kernel.identity import Caller
from kernel.notifying.tables import for_a_person
from kernel.scope import Level, readable

Row = Mapping[Any, Any]
Place = tuple[datetime, UUID, str]
Reader = Connection


@dataclass(frozen=True, slots=True)
class Asked:
    """Which notices: of a case, or of all that the caller's unit holds."""

    caller: Caller
    now: datetime
    case_id: UUID | None = None
    waiting: bool = False
    after: Place | None = None
    size: int = 50


def come(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Cases whose answers are waited for no longer, the longest waiting first."""
    query = (
        select(hearing_change.c.case_id)
        .where(hearing_change.c.next_look_at <= now)
        .group_by(hearing_change.c.case_id)
        .order_by(func.min(hearing_change.c.next_look_at))
        .limit(limit)
    )
    return list(connection.scalars(query))


_OF_CHANGE = and_(
    *(hearing_told.c[name] == hearing_change.c[name] for name in ("case_id", "number", "change_no"))
)
_SHOWN = (
    *(hearing_change.c.at, hearing_change.c.what, hearing_change.c.acknowledge_by),
    *(hearing_file.c.case_no, hearing_file.c.current),
)


def page(connection: Connection, asked: Asked) -> tuple[list[Row], Place | None]:
    """One page, newest first, and where the next one begins."""
    order = (hearing_change.c.at, hearing_told.c.case_id, hearing_told.c.recipient)
    level = Level.HEADER if asked.case_id is None else Level.TIMELINE
    waits = _waits(asked.now)
    query = (
        select(hearing_told, *_SHOWN, waits.label("waits"))
        .join(hearing_change, _OF_CHANGE)
        .join(hearing_file, hearing_file.c.case_id == hearing_told.c.case_id)
        .where(readable(asked.caller, columns, level, now=asked.now))
    )
    if asked.case_id is None:
        query = query.where(hearing_file.c.holder_unit == asked.caller.unit)
    else:
        query = query.where(hearing_told.c.case_id == asked.case_id)
    if asked.waiting:
        query = query.where(waits)
    if asked.after is not None:
        ends = [literal(v, column.type) for v, column in zip(asked.after, order, strict=True)]
        query = query.where(tuple_(*order) < tuple_(*ends))
    descending = [column.desc() for column in order]
    rows = connection.execute(query.order_by(*descending).limit(asked.size + 1)).mappings().all()
    if len(rows) <= asked.size:
        return list(rows), None
    last = rows[asked.size - 1]
    return list(rows[: asked.size]), (last["at"], last["case_id"], last["recipient"])


def _waits(now: datetime) -> ColumnElement[bool]:
    """Whether somebody has to see to it: no answer in time, or no machine can tell him."""
    stuck = (
        select(notice.c.notice_id)
        .where(
            notice.c.case_id == hearing_told.c.case_id,
            notice.c.recipient == hearing_told.c.recipient,
            for_a_person(notice),
        )
        .exists()
    )
    return and_(
        hearing_told.c.overtaken.is_(False),
        hearing_told.c.acknowledged_at.is_(None),
        hearing_told.c.number == hearing_file.c.current,
        or_(hearing_change.c.acknowledge_by <= now, stuck),
    )


def deliveries(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Notices by their ids."""
    query = select(notice).where(notice.c.notice_id.in_(list(ids)))
    return {row["notice_id"]: row for row in connection.execute(query).mappings()}


def known_to(connection: Connection, caller: Caller, notice_id: UUID, now: datetime) -> Row | None:
    """One notice, of a case that the caller's unit holds and he may know of."""
    query = (
        select(notice, hearing_file.c.case_no)
        .join(hearing_file, hearing_file.c.case_id == notice.c.case_id)
        .where(notice.c.notice_id == notice_id, hearing_file.c.holder_unit == caller.unit)
        .where(readable(caller, columns, Level.HEADER, now=now))
    )
    return connection.execute(query).mappings().first()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of the register who is to be told, still sealed; None when he is not there."""

    case_no: str
    holder_unit: str
    person: Row | None
    room: Row | None


def recipient(connection: Connection, case_id: UUID, who: UUID, where: UUID | None) -> Recipient:
    """The person, the case and the room of a notice. Raises LookupError: no such case."""
    of_case = select(hearing_file).where(hearing_file.c.case_id == case_id)
    file = connection.execute(of_case).mappings().first()
    if file is None:
        raise LookupError("a notice is of a case that is here")
    found = select(person).where(person.c.person_id == who)
    people = connection.execute(found).mappings().first()
    return Recipient(file["case_no"], file["holder_unit"], people, room_of(connection, where))


def room_of(connection: Connection, room_id: UUID | None) -> Row | None:
    """A room of the register."""
    query = select(room).where(room.c.room_id == room_id)
    return None if room_id is None else connection.execute(query).mappings().first()


@dataclass(frozen=True, slots=True)
class Invited:
    """What a recipient's calendar has of a hearing: the word that changed it last."""

    told: Row
    change: Row
    file: Row
    hearing_id: UUID
    room: Row | None


def invited(connection: Connection, case_id: UUID, who: str) -> Invited | None:
    """The invitation of a recipient to the current hearing; None when there is none."""
    of_case = select(hearing_file, hearing.c.hearing_id).where(
        hearing_file.c.case_id == case_id,
        hearing.c.case_id == case_id,
        hearing.c.number == hearing_file.c.current,
    )
    file = connection.execute(of_case).mappings().first()
    if file is None:
        return None
    of_hearing = (hearing_told.c.case_id == case_id, hearing_told.c.number == file["current"])
    query = select(hearing_told).where(*of_hearing, hearing_told.c.recipient == who)
    told = query.where(hearing_told.c.method != "").order_by(hearing_told.c.change_no.desc())
    last = connection.execute(told.limit(1)).mappings().first()
    if last is None:
        return None
    timed = _timed(connection, last)
    where = room_of(connection, timed["room_id"])
    return Invited(last, timed, file, file["hearing_id"], where)


def _timed(connection: Connection, told: Row) -> Row:
    """The last change up to that one which says a time; everybody is called to one first."""
    query = select(hearing_change).where(
        hearing_change.c.case_id == told["case_id"],
        hearing_change.c.number == told["number"],
        hearing_change.c.change_no <= told["change_no"],
        hearing_change.c.begins.is_not(None),
    )
    newest = query.order_by(hearing_change.c.change_no.desc()).limit(1)
    return connection.execute(newest).mappings().one()


def objections(connection: Connection, case_id: UUID) -> list[Row]:
    """Objections of all hearings of a case, in the order they were made."""
    query = select(hearing_objection).where(hearing_objection.c.case_id == case_id)
    order = (hearing_objection.c.number, hearing_objection.c.objection_no)
    return list(connection.execute(query.order_by(*order)).mappings())


def shown(connection: Connection, now: datetime, unit: str, most: int) -> list[Row]:
    """Public notices that are shown now, the earliest hearing first."""
    query = (
        select(public_notice, room.c.name, room.c.site)
        .outerjoin(room, room.c.room_id == public_notice.c.room_id)
        .where(public_notice.c.taken_down_at.is_(None), public_notice.c.ends > now)
        .order_by(public_notice.c.begins, public_notice.c.notice_id)
        .limit(most)
    )
    if unit:
        query = query.where(public_notice.c.unit == unit)
    return list(connection.execute(query).mappings())
