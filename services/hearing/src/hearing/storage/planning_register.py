"""Reads rooms, people and other hearings as a plan sees them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from hearing.domain.hours import DAY, instant
from hearing.domain.register import PANEL, OwnerKind, PersonKind
from hearing.planning.clashes import Standing
from hearing.planning.register import Entry, Register
from hearing.scheduling.plan.problem import Person, Room, Travel
from hearing.storage.calendars import Available, free_and_busy
from hearing.storage.register import Listed, Which, persons, rooms, rooms_for, ways
from hearing.storage.tables_calendar import booking
from kernel.clock import SHANGHAI
from kernel.regulation.rules import Midday

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are looked at, in order; who books, by the path of the unit; and today.

    `midday` is kept free by people who have no hours of their own.
    """

    days: Sequence[dt.date]
    path: str
    now: dt.datetime
    midday: Midday | None = None

    @property
    def first(self) -> dt.datetime:
        """The beginning of the first day."""
        return instant(self.days[0], 0)

    @property
    def last(self) -> dt.datetime:
        """The end of the last day."""
        return instant(self.days[-1], DAY)


def register_of(connection: Connection, window: Window, besides: Collection[str]) -> Register:
    """Rooms that this unit may book, and everybody of the register.

    They are busy with what their calendars say and with all hearings but for those of `besides`.
    """
    halls = rooms_for(connection, window.path)
    people = persons(connection, Which(), window.now)
    ids = [*(one["room_id"] for one in halls), *(one.row["person_id"] for one in people)]
    others = set(map(UUID, besides))
    times = free_and_busy(connection, ids, window.days, besides=others, midday=window.midday)
    return Register(
        rooms=tuple(_room(one, times[one["room_id"]]) for one in halls),
        entries=tuple(_entry(one, times[one.row["person_id"]]) for one in people),
        travel=tuple(
            Travel(one["one"], one["other"], one["minutes"])
            for one in ways(connection)
            if one["minutes"]
        ),
    )


def surroundings(connection: Connection, window: Window) -> tuple[Register, list[Standing]]:
    """The register busy with calendars alone, and beside it every hearing of these days."""
    others = standing(connection, window)
    return register_of(connection, window, {one.hearing for one in others}), others


def rooms_of(connection: Connection, unit: str) -> frozenset[str]:
    """The rooms of one unit's hall."""
    return frozenset(str(one["room_id"]) for one in rooms(connection) if one["unit"] == unit)


def _room(row: Row, times: Available) -> Room:
    return Room(
        id=str(row["room_id"]),
        site=row["site"],
        capacity=row["capacity"],
        opens=times.begins,
        closes=times.ends,
        equipment=frozenset(row["equipment"].split()),
        online=row["online"],
        busy=times.busy,
    )


def _entry(one: Listed, times: Available) -> Entry:
    row, kinds = one.row, one.kinds
    person = Person(
        id=str(row["person_id"]),
        begins=times.begins,
        ends=times.ends,
        busy=times.busy,
        breaks=times.breaks,
        kinds=frozenset(kind.value for kind in kinds & PANEL),
        ties=one.ties,
        load=one.load,
    )
    return Entry(
        person=person,
        staff=row["staff"],
        unit=row["unit"],
        chairs=PersonKind.CHAIR in kinds,
        records=PersonKind.RECORDER in kinds,
        department=row["department"] if PersonKind.REPRESENTATIVE in kinds else "",
        stand_in=row["stand_in"],
    )


def standing(connection: Connection, window: Window) -> list[Standing]:
    """Every hearing that is booked in these days, but for those of these ids."""
    within = (booking.c.ends > window.first) & (booking.c.begins < window.last)
    by_hearing: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(select(booking).where(within)).mappings():
        by_hearing[str(row["hearing_id"])].append(dict(row))
    return [_standing(name, rows) for name, rows in by_hearing.items()]


def _standing(hearing_id: str, rows: Sequence[Row]) -> Standing:
    begins, ends = (rows[0][name].astimezone(SHANGHAI) for name in ("begins", "ends"))
    halls = [row for row in rows if row["owner_kind"] == OwnerKind.ROOM.value]
    return Standing(
        hearing=hearing_id,
        day=begins.date(),
        begins=begins.time(),
        ends=ends.time(),
        room=str(halls[0]["owner_id"]) if halls else "",
        site=rows[0]["site"],
        people=frozenset(str(row["owner_id"]) for row in rows if row not in halls),
    )
