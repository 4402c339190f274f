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
    return is_open(room, slot, minutes) and _clear(room.busy, slot, minutes)


def is_open(room: Room, slot: Slot, minutes: int) -> bool:
    """Whether the hours of a room allow it."""
    return _within(room.opens, room.closes, slot, minutes)


def is_free(person: Person, slot: Slot, hearing: Hearing) -> bool:
    """Whether a person works and is not taken; the way from elsewhere is not looked at."""
    minutes = hearing.minutes
    if not _within(person.begins, person.ends, slot, minutes):
        return False
    if person.breaks and _breaks_into(person, slot, hearing):
        return False
    return _clear(person.busy, slot, minutes)


def is_there(person: Person, slot: Slot, hearing: Hearing) -> bool:
    """Whether the hours of a person allow it, absences and hearings elsewhere aside."""
    return _within(person.begins, person.ends, slot, hearing.minutes) and not _breaks_into(
        person, slot, hearing
    )


def _breaks_into(person: Person, slot: Slot, hearing: Hearing) -> bool:
    """Whether it would go on in a break that it can leave free."""
    end = slot.minute + hearing.minutes
    met = any(
        minute_of(one.begins) < end and slot.minute < minute_of(one.ends) for one in person.breaks
    )
    return met and keeps_breaks(person, hearing)


def keeps_breaks(person: Person, hearing: Hearing) -> bool:
    """Whether a hearing can leave the breaks free: it is short enough, and not at a pinned hour."""
    begins, longest = minute_of(person.begins), 0
    for one in sorted(person.breaks, key=lambda one: one.begins):
        longest = max(longest, minute_of(one.begins) - begins)
        begins = max(begins, minute_of(one.ends))
    longest = max(longest, minute_of(person.ends) - begins)
    return hearing.minutes <= longest and hearing.pinned.begins is None


def meets(span: Span, slot: Slot, minutes: int, way: int = 0) -> bool:
    """Whether a hearing from this beginning meets a span, or the way to or from it."""
    end = slot.minute + minutes + way
    begun = minute_of(span.begins) < end and slot.minute < minute_of(span.ends) + way
    return span.day == slot.day and begun


def _within(begins: dt.time, ends: dt.time, slot: Slot, minutes: int) -> bool:
    return minute_of(begins) <= slot.minute and slot.minute + minutes <= minute_of(ends)


def _clear(busy: tuple[Span, ...], slot: Slot, minutes: int) -> bool:
    end = slot.minute + minutes
    return not any(
        span.day == slot.day and minute_of(span.begins) < end and slot.minute < minute_of(span.ends)
        for span in busy
    )
