"""Meeting days (说事日): on which days they fall, in which states a sitting is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import islice

from kernel.calendar import Calendar
from kernel.directory import MeetingDay

WEEK, WEEKEND = 7, "weekend"


class SittingState(Enum):
    """Where a sitting stands."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day of the plan; `by_rule` is another one when that is a rest day."""

    on_day: date
    by_rule: date
    provisional: bool


def next_days(
    meeting: MeetingDay, today: date, count: int, calendar: Calendar
) -> Sequence[PlannedDay]:
    """The next days from today on, by the rule, moved to a workday where they fall on a rest day.

    A day of which no published notice says that people work is provisional.
    """
    all_days = (_planned(day, meeting, calendar) for day in _months_from(today))
    return list(islice((one for one in all_days if one.on_day >= today), count))


def _months_from(today: date) -> Iterator[date]:
    """The first day of the month before this one, of this one, and so on: a day may move over."""
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    while True:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _planned(first: date, meeting: MeetingDay, calendar: Calendar) -> PlannedDay:
    offset = (meeting.weekday - first.isoweekday()) % WEEK
    by_rule = first + timedelta(days=offset + WEEK * (meeting.week - 1))
    on_day = by_rule if _stays(by_rule, calendar) else calendar.workday_from(by_rule)
    return PlannedDay(on_day, by_rule, not calendar.all_final(by_rule, on_day))


def _stays(day: date, calendar: Calendar) -> bool:
    """Only a holiday moves it: who chose a Saturday meant it."""
    row = calendar.day(day)
    return row.is_workday or row.name == WEEKEND
