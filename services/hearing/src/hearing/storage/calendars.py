"""When rooms and people are free and busy, from what the register keeps."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    noon,
    slots_of,
)
from hearing.domain.register import OwnerKind
from hearing.scheduling.plan.problem import Break, Span, Why
from hearing.storage.tables import hearing, hearing_file
from hearing.storage.tables_calendar import booking, busy, work_hours
from hearing.storage.tables_register import person, room
from kernel.regulation.rules import Midday

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
    """From `begins` to `ends` on every day but for `busy`, local, as `hearing-plan/1` wants it.

    `breaks` are kept free on every day as well.
    """

    begins: time
    ends: time
    busy: tuple[Span, ...]
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that is kept of an owner's time, by begin."""

    owner: Owner
    busy: tuple[Row, ...]
    booked: tuple[Row, ...]


def owners_of(
    connection: Connection, ids: Collection[UUID], midday: Midday | None = None
) -> dict[UUID, Owner]:
    """Rooms and people by id, these with the midday; who is in neither register is left out."""
    shifts = _by_owner(connection, work_hours, ids)
    found = {}
    kinds = ((room, OwnerKind.ROOM, "room_id"), (person, OwnerKind.PERSON, "person_id"))
    for table, kind, key in kinds:
        query = select(table).where(table.c[key].in_(list(ids)))
        for row in connection.execute(query).mappings():
            free = noon(midday) if kind is OwnerKind.PERSON else None
            hours = Hours((row["begins"], row["ends"]), _shifts(shifts[row[key]]), free)
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
    midday: Midday | None = None,
) -> dict[UUID, Available]:
    """When each of these rooms and people can be had on these days, in the order of days.

    Busy are absences, imported times, hours of a weekday that are not worked, and hearings but for
    those of `besides`, each with its site: the way from there is for the caller. So is whether a
    day is a workday (`office.calendar`).
    """
    if not days:
        return {}
    begin, end = instant(days[0], 0), instant(days[-1] + timedelta(days=1), 0)
    taken = _by_owner(connection, busy, ids, begin, end)
    booked = _by_owner(connection, booking, ids, begin, end)
    found = {}
    for name, owner in owners_of(connection, ids, midday).items():
        hours = replace(owner.hours, midday=None) if owner.hours.breaks else owner.hours
        absent = [slot for row in taken[name] for slot in slots_of(row["begins"], row["ends"])]
        spans = [*_spans(away(hours, days), "hours"), *_spans(absent, "absence")]
        for row in booked[name]:
            if row["hearing_id"] not in besides:
                spans += _spans(slots_of(row["begins"], row["ends"]), "hearing", row["site"])
        found[name] = _available(owner.hours, spans)
    return found


def _spans(slots: Iterable[Slot], why: Why, site: str = "") -> list[Span]:
    return [
        Span(slot.day, _time(slot.begins), _time(slot.ends), why, site) for slot in joined(slots)
    ]


def stay_of(row: Row) -> Stay:
    """A booking as the domain sees it."""
    return Stay(row["hearing_id"], row["site"], row["begins"], row["ends"])


def _available(hours: Hours, spans: Iterable[Span]) -> Available:
    first, last = hours.frame()
    breaks = tuple(Break(_time(begins), _time(ends)) for begins, ends in hours.breaks)
    in_order = sorted(spans, key=lambda one: (one.day, one.begins, one.ends))
    return Available(_time(first), _time(last), tuple(in_order), breaks)


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
    connection: Connection,
    owner_id: UUID,
    begin: datetime,
    end: datetime,
    midday: Midday | None = None,
) -> Calendar | None:
    """What is kept of one owner between two instants; None for nobody of the register."""
    owner = owners_of(connection, [owner_id], midday).get(owner_id)
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
