"""When a hearing can begin, and who or which room is taken then."""

import datetime as dt
from dataclasses import dataclass

from .problem import Hearing, Person, Problem, Room, Span

DAY_MINUTES = 24 * 60


def minute_of(time: dt.time) -> int:
    """Minutes since midnight."""
    return time.hour * 60 + time.minute


def time_of(minute: int) -> dt.time:
    """The time of day of a minute."""
    return dt.time(minute // 60, minute % 60)


@dataclass(frozen=True, slots=True)
class Slot:
    """A beginning: the day's position among the workdays, and the minute of the day."""

    at: int
    day: dt.date
    minute: int

    @property
    def instant(self) -> int:
        """Minutes since the first workday's midnight, as if workdays followed each other."""
        return self.at * DAY_MINUTES + self.minute


def slots_of(problem: Problem, hearing: Hearing) -> list[Slot]:
    """Every beginning on a workday while some room is open."""
    opens = min(minute_of(room.opens) for room in problem.rooms)
    closes = max(minute_of(room.closes) for room in problem.rooms)
    minutes = range(opens, closes - hearing.minutes + 1, problem.grain_minutes)
    pinned = hearing.pinned.begins
    begins = sorted({*minutes, *([minute_of(pinned)] if pinned else [])})
    days = sorted(set(problem.workdays))
    return [Slot(at, day, minute) for at, day in enumerate(days) for minute in begins]


def room_is_free(room: Room, slot: Slot, minutes: int) -> bool:
    """Whether a room is open and nobody else has it."""
    return _within(room.opens, room.closes, slot, minutes) and _clear(room.busy, slot, minutes)


def is_free(person: Person, slot: Slot, minutes: int) -> bool:
    """Whether a person works and is not taken."""
    return _within(person.begins, person.ends, slot, minutes) and _clear(person.busy, slot, minutes)


def _within(begins: dt.time, ends: dt.time, slot: Slot, minutes: int) -> bool:
    return minute_of(begins) <= slot.minute and slot.minute + minutes <= minute_of(ends)


def _clear(busy: tuple[Span, ...], slot: Slot, minutes: int) -> bool:
    end = slot.minute + minutes
    return not any(
        span.day == slot.day and minute_of(span.begins) < end and slot.minute < minute_of(span.ends)
        for span in busy
    )
