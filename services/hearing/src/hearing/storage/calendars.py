"""When rooms and people are free and busy, from what the register keeps."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from hearing.domain.hours import (
    Hours,
    Shift,
    Slot,
    Stay,
    away,
    instant,
    joined,
    slots_of,
    wide,
)
from hearing.domain.register import OwnerKind
from hearing.scheduling.plan.problem import Span
from hearing.storage.register import travel_of
from hearing.storage.tables import hearing, hearing_file
from hearing.storage.tables_calendar import booking, busy, work_hours
from hearing.storage.tables_register import person, room

Row = Mapping[str, Any]
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Owner:
    """A room or a person: where it is kept, and the usual hours."""

    owner_id: UUID
    kind: OwnerKind
    path: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Available:
    """From `begins` to `ends` on every day but for `busy`, local, as `hearing-plan/1` wants it."""

    begins: time
    ends: time
    busy: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that is kept of an owner's time, by begin."""

    owner: Owner
    busy: tuple[Row, ...]
    booked: tuple[Row, ...]


def owners_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Owner]:
    """Rooms and people by id; who is in neither register is left out."""
    shifts = _by_owner(connection, work_hours, ids)
    found = {}
    kinds = ((room, OwnerKind.ROOM, "room_id"), (person, OwnerKind.PERSON, "person_id"))
    for table, kind, key in kinds:
        query = select(table).where(table.c[key].in_(list(ids)))
        for row in connection.execute(query).mappings():
            hours = Hours((row["begins"], row["ends"]), _shifts(shifts[row[key]]))
            found[row[key]] = Owner(row[key], kind, row["path"], hours)
    return found


def _shifts(rows: Iterable[Row]) -> tuple[Shift, ...]:
    return tuple(sorted(Shift(row["weekday"], row["begins"], row["ends"]) for row in rows))


def free_and_busy(
    connection: Connection,
    ids: Collection[UUID],
    days: Sequence[date],
    *,
    besides: Collection[UUID] = (),
) -> dict[UUID, Available]:
    """When each of these rooms and people can be had on these days, in the order of days.

    Busy are absences, imported times, hours of a weekday that are not worked, and hearings but for
    those of `besides`. A person is busy on the way to and from a hearing too, to the farthest site
    that has a room. Whether a day is a workday is for the caller (`office.calendar`).
    """
    if not days:
        return {}
    begin, end = instant(days[0], 0), instant(days[-1] + timedelta(days=1), 0)
    taken = _by_owner(connection, busy, ids, begin, end)
    booked = _by_owner(connection, booking, ids, begin, end)
    ways = travel_of(connection)
    sites = set(connection.scalars(select(room.c.site).where(room.c.ended.is_(False))))
    found = {}
    for owner in owners_of(connection, ids).values():
        slots = away(owner.hours, days)
        for row in taken[owner.owner_id]:
            slots += slots_of(row["begins"], row["ends"])
        for row in booked[owner.owner_id]:
            if row["hearing_id"] not in besides:
                is_room = owner.kind is OwnerKind.ROOM
                way = 0 if is_room else ways.farthest(row["site"], sites)
                slots += slots_of(*wide(stay_of(row), way))
        found[owner.owner_id] = _available(owner.hours, slots)
    return found


def stay_of(row: Row) -> Stay:
    """A booking as the domain sees it."""
    return Stay(row["hearing_id"], row["site"], row["begins"], row["ends"])


def _available(hours: Hours, slots: Iterable[Slot]) -> Available:
    first, last = hours.frame()
    spans = (Span(slot.day, _time(slot.begins), _time(slot.ends)) for slot in joined(slots))
    return Available(_time(first), _time(last), tuple(spans))


def _time(minute: int) -> time:
    return LAST_MINUTE if minute >= 24 * 60 else time(*divmod(minute, 60))


def _by_owner(
    connection: Connection,
    table: Table,
    ids: Collection[UUID],
    begin: datetime | None = None,
    end: datetime | None = None,
) -> defaultdict[UUID, list[Row]]:
    query = select(table).where(table.c.owner_id.in_(list(ids)))
    if begin is not None and end is not None:
        query = query.where(table.c.ends > begin, table.c.begins < end)
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in connection.execute(query.order_by(table.c.begins)).mappings():
        found[row["owner_id"]].append(dict(row))
    return found


def calendar_of(
    connection: Connection, owner_id: UUID, begin: datetime, end: datetime
) -> Calendar | None:
    """What is kept of one owner between two instants; None for nobody of the register."""
    owner = owners_of(connection, [owner_id]).get(owner_id)
    if owner is None:
        return None
    taken = _by_owner(connection, busy, [owner_id], begin, end)[owner_id]
    booked = _by_owner(connection, booking, [owner_id], begin, end)[owner_id]
    return Calendar(owner, tuple(taken), tuple(booked))


def case_numbers(connection: Connection, hearings: Collection[UUID]) -> dict[UUID, str]:
    """Numbers of the cases of hearings that are still on file here."""
    of_case = hearing.c.case_id == hearing_file.c.case_id
    query = select(hearing.c.hearing_id, hearing_file.c.case_no).join(hearing_file, of_case)
    rows = connection.execute(query.where(hearing.c.hearing_id.in_(list(hearings))))
    return {row[0]: row[1] for row in rows}
