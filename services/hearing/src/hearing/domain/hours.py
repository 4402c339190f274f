"""When rooms and people are there: hours of weekdays, busy times, ways between sites.

Days and minutes of a day are local (Asia/Shanghai); instants are in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from kernel.clock import SHANGHAI
from kernel.regulation.rules import Midday

DAY = 24 * 60
"""Minutes of a day."""
USUAL = (8 * 60 + 30, 17 * 60 + 30)
"""Hours of somebody of whom nothing else was said."""
PAST, AHEAD = 31, 400
"""Days around today that a calendar is taken over for."""


class Slot(NamedTuple):
    """Part of one day, in minutes after midnight, from `begins` up to `ends`."""

    day: date
    begins: int
    ends: int


class Shift(NamedTuple):
    """Hours of a weekday, 1 is Monday; from 0 to 0 there are none."""

    weekday: int
    begins: int
    ends: int


class Stay(NamedTuple):
    """Somebody, or a room, taken up by a hearing at a site; online the site is empty."""

    hearing_id: object
    site: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """When an owner is there on workdays: usual hours, and weekdays that have others.

    `midday` is kept free in the usual hours; weekdays with others have what was said.
    """

    usual: tuple[int, int] = USUAL
    shifts: tuple[Shift, ...] = ()
    midday: tuple[int, int] | None = None

    @property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """What is kept free within the usual hours of each day; none where weekdays differ."""
        noon = self.midday
        inside = noon is not None and self.usual[0] < noon[0] < noon[1] < self.usual[1]
        return (noon,) if noon is not None and inside and not self.shifts else ()

    def of(self, day: date) -> list[Slot]:
        """The hours of a day; whether it is a workday is not looked at."""
        own = [shift for shift in self.shifts if shift.weekday == day.isoweekday()]
        spans = [(one.begins, one.ends) for one in own] or self._halves()
        return [Slot(day, begins, ends) for begins, ends in sorted(spans) if begins < ends]

    def _halves(self) -> list[tuple[int, int]]:
        """The usual hours without the midday."""
        (begins, ends), noon = self.usual, self.midday
        if noon is None or not begins < noon[0] < noon[1] < ends:
            return [self.usual]
        return [(begins, noon[0]), (noon[1], ends)]

    def frame(self) -> tuple[int, int]:
        """From the first hour to the last of any weekday."""
        spans = [self.usual, *((one.begins, one.ends) for one in self.shifts)]
        there = [span for span in spans if span[0] < span[1]] or [self.usual]
        return min(begins for begins, _ in there), max(ends for _, ends in there)


def noon(midday: Midday | None) -> tuple[int, int] | None:
    """The midday of a profile in minutes after midnight."""
    if midday is None:
        return None
    begins, ends = (time.fromisoformat(one) for one in (midday.begins, midday.ends))
    return begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute


class Travel:
    """Minutes between sites; 0 where nothing is kept and for what is online."""

    def __init__(self, ways: Iterable[tuple[str, str, int]]) -> None:
        """`ways` are pairs of sites with their minutes."""
        self._ways = {frozenset((one, other)): minutes for one, other, minutes in ways}

    def minutes(self, one: str, other: str) -> int:
        """The way between two sites, the same both ways."""
        return self._ways.get(frozenset((one, other)), 0) if one != other else 0


def collide(one: Stay, other: Stay, minutes: int) -> bool:
    """Whether nobody can be at both, with a way of so many minutes between them."""
    way = timedelta(minutes=minutes)
    return one.begins < other.ends + way and other.begins < one.ends + way


def slots_of(begins: datetime, ends: datetime) -> Iterator[Slot]:
    """An instant to an instant, day by day; a minute that is begun is taken up whole."""
    first, last = begins.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    day = first.date()
    while day <= last.date():
        start = _minute(first) if day == first.date() else 0
        stop = _minute(last, up=True) if day == last.date() else DAY
        if start < stop:
            yield Slot(day, start, stop)
        day += timedelta(days=1)


def _minute(at: datetime, *, up: bool = False) -> int:
    begun = bool(at.second or at.microsecond)
    return at.hour * 60 + at.minute + (up and begun)


def instant(day: date, minute: int) -> datetime:
    """A minute of a local day, in UTC."""
    local = datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute)
    return local.astimezone(UTC)


def joined(slots: Iterable[Slot]) -> list[Slot]:
    """The same times with none that touch or overlap, in order."""
    found: list[Slot] = []
    for slot in sorted(slots):
        if found and found[-1].day == slot.day and slot.begins <= found[-1].ends:
            found[-1] = found[-1]._replace(ends=max(found[-1].ends, slot.ends))
        else:
            found.append(slot)
    return found


def away(hours: Hours, days: Sequence[date]) -> list[Slot]:
    """What of the frame is not worked on each of these days."""
    first, last = hours.frame()
    found: list[Slot] = []
    for day in days:
        at = first
        for slot in joined(hours.of(day)):
            if at < slot.begins:
                found.append(Slot(day, at, slot.begins))
            at = max(at, slot.ends)
        if at < last:
            found.append(Slot(day, at, last))
    return found


def rests(hours: Hours, day: date) -> list[Slot]:
    """What is kept free between the hours of one day."""
    there = joined(hours.of(day))
    return [Slot(day, one.ends, other.begins) for one, other in pairwise(there)]


def within(hours: Hours, wanted: Slot) -> bool:
    """Whether the owner is there all that time."""
    return any(
        slot.begins <= wanted.begins and wanted.ends <= slot.ends
        for slot in joined(hours.of(wanted.day))
    )
