"""The workday table `(date, is_workday, source, final)` and the questions asked of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from kernel.errors import InvalidInput

FIRST = date(1950, 1, 1)
LAST = date(2199, 12, 31)
WEEKEND = "weekend"
WORKDAY = "workday"
MAKE_UP = "make_up_workday"
RULE_SOURCE = "weekend rule"
_FIRST = FIRST.toordinal()
_SPAN = LAST.toordinal() - _FIRST + 1
_SATURDAY = 5
# Statutory days that fall on the same date every year; all that is known of a year nobody seeded.
_FIXED = {(1, 1): "new_year", (5, 1): "labour", (10, 1): "national", (10, 2): "national"}


class CalendarRange(InvalidInput):
    """The date `day` lies outside the years the calendar can speak about, 1950 to 2199."""

    reason = "DATE_OUT_OF_RANGE"


class Day(NamedTuple):
    """A row of the table. `name` is a holiday's code, or weekend, workday, make_up_workday."""

    date: date
    is_workday: bool
    source: str
    final: bool
    name: str


class Calendar:
    """An immutable table of days. Counting is pure: same table, same answer.

    Days nobody gave a row for follow the weekend rule and are never final.
    """

    __slots__ = ("_final", "_rows", "_work")

    def __init__(self, days: Iterable[Day] = ()) -> None:
        """Build from rows, such as a database keeps. A later row replaces an earlier one."""
        self._rows = {_index(row.date): row for row in days}
        work, final = bytearray(_weekend_rule()), bytearray(_SPAN)
        for index, row in self._rows.items():
            work[index], final[index] = row.is_workday, row.final
        self._work, self._final = bytes(work), bytes(final)

    def replace(self, days: Iterable[Day]) -> "Calendar":
        """This calendar with some rows replaced."""
        return Calendar([*self._rows.values(), *days])

    def day(self, day: date) -> Day:
        """The row of a date; one made by the weekend rule when there is none."""
        return self._row(_index(day))

    def days(self, first: date, last: date) -> Iterator[Day]:
        """The rows of `first` to `last`, both included."""
        return (self._row(index) for index in range(_index(first), _index(last) + 1))

    def rows(self) -> Iterator[Day]:
        """All rows that were given, by date."""
        return (self._rows[index] for index in sorted(self._rows))

    def _row(self, index: int) -> Day:
        return self._rows.get(index) or _rule_row(index, is_workday=bool(self._work[index]))

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day, shifted days (调休) taken into account."""
        return bool(self._work[_index(day)])

    def is_final(self, day: date) -> bool:
        """Whether a published notice covers the day. Otherwise it is provisional."""
        return bool(self._final[_index(day)])

    def all_final(self, first: date, last: date) -> bool:
        """Whether every day of `first` to `last`, both included, is final."""
        return self._final.find(0, _index(first), _index(last) + 1) < 0

    def workday_from(self, day: date) -> date:
        """The day itself if it is a workday, else the first workday after it."""
        found = self._work.find(1, _index(day))
        if found < 0:
            raise CalendarRange(day=day.isoformat())
        return date.fromordinal(found + _FIRST)

    def workday_until(self, day: date) -> date:
        """The day itself if it is a workday, else the last workday before it."""
        found = self._work.rfind(1, 0, _index(day) + 1)
        if found < 0:
            raise CalendarRange(day=day.isoformat())
        return date.fromordinal(found + _FIRST)

    def workday_after(self, start: date, workdays: int) -> date:
        """The last of `workdays` workdays counted from the day after `start`."""
        index = _index(start)
        for _ in range(workdays):
            index = self._work.find(1, index + 1)
            if index < 0:
                raise CalendarRange(day=LAST.isoformat())
        return date.fromordinal(index + _FIRST)

    def rest_days(self, first: date, last: date) -> list[Day]:
        """The days of `first` to `last`, both included, on which nobody works."""
        begin, end = _index(first), _index(last) + 1
        return [self._row(index) for index in range(begin, end) if not self._work[index]]

    def unsettled_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years of those days of `first` to `last`, both included, that are not final."""
        if self.all_final(first, last):
            return ()
        return tuple(sorted({row.date.year for row in self.days(first, last) if not row.final}))


def plain_day(day: date) -> tuple[bool, str]:
    """What the weekend rule says of a day when no notice mentions it: is it worked, its name."""
    return (False, WEEKEND) if day.weekday() >= _SATURDAY else (True, WORKDAY)


def _rule_row(index: int, *, is_workday: bool) -> Day:
    day = date.fromordinal(index + _FIRST)
    fixed = _FIXED.get((day.month, day.day))
    return Day(day, is_workday, RULE_SOURCE, final=False, name=fixed or plain_day(day)[1])


def _weekend_rule() -> bytes:
    """One byte a day from FIRST to LAST: a Monday to Friday that is no fixed holiday is 1."""
    week = bytes((FIRST.weekday() + n) % 7 < _SATURDAY for n in range(7))
    work = bytearray((week * (_SPAN // 7 + 1))[:_SPAN])
    for year in range(FIRST.year, LAST.year + 1):
        for month, day in _FIXED:
            work[_index(date(year, month, day))] = 0
    return bytes(work)


def _index(day: date) -> int:
    index = day.toordinal() - _FIRST
    if not 0 <= index < _SPAN:
        raise CalendarRange(day=day.isoformat())
    return index
