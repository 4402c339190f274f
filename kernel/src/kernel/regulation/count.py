"""Counting of periods (民法典 200-203): pure functions over dates, a calendar and standstills."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kernel.calendar import Calendar
from kernel.regulation.facts import Interval
from kernel.regulation.values import Unit

MONTHS_A_YEAR = 12
_ONE = timedelta(days=1)


class Span(NamedTuple):
    """A length of time: `limit` in `unit`, and `extra` by which it was extended.

    An extension lengthens a count of days by as many of the same days, and a count of months or
    years by natural days.
    """

    unit: Unit
    limit: int
    extra: int = 0


def last_day(span: Span, start: date, still: Sequence[Interval], calendar: Calendar) -> date:
    """The last day of a period before it rolls; `start` itself is not counted."""
    unit, limit, extra = span
    if unit is Unit.WORKING_DAYS:
        return _workday(start, limit + extra, still, calendar)
    if unit is Unit.NATURAL_DAYS:
        return _natural_day(start, limit + extra, still)
    months = limit if unit is Unit.MONTHS else limit * MONTHS_A_YEAR
    return corresponding_day(start, months) + timedelta(days=extra)


def corresponding_day(start: date, months: int) -> date:
    """The same day so many months later, or the last of that month if it has none (202)."""
    years, month = divmod(start.month - 1 + months, MONTHS_A_YEAR)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def roll(day: date, still: Sequence[Interval], calendar: Calendar) -> date:
    """The day itself, or the first day after it that is a workday and not stood still (203)."""
    found = calendar.workday_from(day)
    while passed := next((last for first, last in still if first <= found <= last), None):
        found = calendar.workday_from(passed + _ONE)
    return found


def stood_still(day: date, still: Sequence[Interval]) -> bool:
    """Whether the clock stood still on that day."""
    return any(first <= day <= last for first, last in still)


def _natural_day(start: date, days: int, still: Sequence[Interval]) -> date:
    """Day number `days` after `start`, each standstill reached on the way adding its length."""
    end = start + timedelta(days=days)
    for first, last in still:
        if first > end:
            break
        end += last - first + _ONE
    return end


def _workday(start: date, days: int, still: Sequence[Interval], calendar: Calendar) -> date:
    if not still:
        return calendar.workday_after(start, days)
    day, counted = start, 0
    while counted < days:
        day = calendar.workday_from(day + _ONE)
        counted += not stood_still(day, still)
    return day
