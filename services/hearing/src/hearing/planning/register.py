"""Rooms and people as a plan sees them, with what keeps them busy."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from hearing.planning.clashes import Standing
from hearing.scheduling.plan.problem import Person, Room, Span, Travel


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody of the register: as what he takes part, and when he can."""

    person: Person
    staff: str = ""
    unit: str = ""
    chairs: bool = False
    records: bool = False
    department: str = ""
    stand_in: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """Rooms that may be booked and people who take part, with what keeps them busy."""

    rooms: tuple[Room, ...]
    entries: tuple[Entry, ...]
    travel: tuple[Travel, ...] = ()


def with_travel(register: Register, standing: Iterable[Standing]) -> Register:
    """The register with other hearings among the busy times, the way to the farthest site added.

    A span has no place, so a person is kept free as if the next hearing were far away.
    """
    others = tuple(standing)
    return replace(
        register,
        rooms=tuple(_booked_room(room, others) for room in register.rooms),
        entries=tuple(_booked(one, others, register) for one in register.entries),
    )


def _booked_room(room: Room, others: Sequence[Standing]) -> Room:
    spans = [Span(one.day, one.begins, one.ends) for one in others if one.room == room.id]
    return structs.replace(room, busy=(*room.busy, *spans)) if spans else room


def _booked(entry: Entry, others: Sequence[Standing], register: Register) -> Entry:
    mine = [one for one in others if entry.person.id in one.people]
    if not mine:
        return entry
    person = entry.person
    spans = [_wide(one, _farthest(one.site, register)) for one in mine]
    return replace(entry, person=structs.replace(person, busy=(*person.busy, *spans)))


def _farthest(site: str, register: Register) -> int:
    sites = {room.site for room in register.rooms} - {site}
    ways = [one.minutes for one in register.travel
            if site in {one.one, one.other} and {one.one, one.other} & sites]  # fmt: skip
    return max(ways, default=0)


def _wide(standing: Standing, minutes: int) -> Span:
    def moved(time: dt.time, by: int) -> dt.time:
        at = time.hour * 60 + time.minute + by
        at = min(max(at, 0), 24 * 60 - 1)
        return dt.time(at // 60, at % 60)

    return Span(standing.day, moved(standing.begins, -minutes), moved(standing.ends, minutes))
