"""Due dates: when a clock ends, by which rule, and everything that moved it.

`due` is pure and cheap (it runs at each registration): the explanation is kept as facts, and
turned into text only when somebody asks (`kernel.regulation.explain`).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from kernel.calendar import Calendar, CalendarRange
from kernel.clock import SHANGHAI
from kernel.regulation.answer import Due, Explanation
from kernel.regulation.clocks import Clock
from kernel.regulation.count import Span, last_day, roll
from kernel.regulation.errors import DateBeforeStart, DateMissing, ExtensionTooLate, StartInvalid
from kernel.regulation.facts import Extension, Interval, Suspension, extension_days, standstills
from kernel.regulation.profile import Profile
from kernel.regulation.values import Unit

_ONE = timedelta(days=1)


class _Run(NamedTuple):
    """One running clock: where it started, a date set for it, and what moved it."""

    clock: Clock
    start: date
    calendar: Calendar
    on: date | None
    extensions: tuple[Extension, ...]
    suspensions: tuple[Suspension, ...]
    still: tuple[Interval, ...]

    def nominal(self, extra: int) -> date:
        """The last day as counted."""
        if self.clock.limit is not None:
            span = Span(self.clock.unit, self.clock.limit, extra)
            return last_day(span, self.start, self.still, self.calendar)
        if self.on is None:
            raise DateMissing(clock=self.clock.id)
        if self.on < self.start:
            raise DateBeforeStart(clock=self.clock.id)
        return self.on

    def end(self, nominal: date) -> date:
        """The last day after it moved off a rest day."""
        return roll(nominal, self.still, self.calendar) if self.clock.rolls else nominal

    def refuse_late(self) -> None:
        """A clock that has run out is breached; an extension decided later does not undo that."""
        granted = 0
        for extension in self.extensions:
            if extension.decided and extension.decided > self.end(self.nominal(granted)):
                raise ExtensionTooLate(clock=self.clock.id)
            granted += extension.days

    def decisive(self, nominal: date, end: date) -> Interval | None:
        """The days whose being worked or not decided the answer; none for a date that was set."""
        if self.clock.unit is Unit.WORKING_DAYS:
            return self.start + _ONE, end
        return (nominal, end) if self.clock.rolls else None


def due(
    profile: Profile,
    clock_id: str,
    start: date | datetime,
    *,
    calendar: Calendar,
    on: date | None = None,
    extensions: Sequence[Extension] = (),
    suspensions: Sequence[Suspension] = (),
) -> Due:
    """When the clock ends that started with an event on `start`.

    An instant is taken as its day in Asia/Shanghai. `on` is the date that a person set, for
    clocks by date.

    Raises:
        ClockUnknown: the profile has no such clock.
        StartInvalid: an instant without a zone, or a date outside the calendar.
        DateMissing, DateBeforeStart: what a clock by date needs.
        ExtensionNotAllowed, ExtensionTooShort, ExtensionTooLong, ExtensionTooLate
        SuspensionNotAllowed, SuspensionInvalid
    """
    clock, begin = profile.clock(clock_id), shanghai_day(clock_id, start)
    try:
        still = tuple(standstills(clock, begin, suspensions))
        run = _Run(clock, begin, calendar, on, tuple(extensions), tuple(suspensions), still)
        end, explanation = _answer(run, extension_days(clock, extensions))
        ends_at = end_of_day(end)
    except (CalendarRange, OverflowError, ValueError) as error:
        raise StartInvalid(clock=clock_id) from error
    return Due(
        profile_id=profile.id,
        profile_version=profile.version,
        clock_id=clock_id,
        whose=clock.whose,
        due=end,
        due_at=ends_at,
        article=profile.cite(clock.article),
        provisional=bool(explanation.unpublished) or any(s.is_open for s in suspensions),
        explanation=explanation,
    )


def shanghai_day(clock_id: str, start: date | datetime) -> date:
    """The day in Asia/Shanghai of an instant; a date is taken as it is.

    Raises:
        StartInvalid: an instant without a zone, which could mean either of two days, or one
            whose day lies outside what a date can hold.
    """
    if not isinstance(start, datetime):
        return start
    if start.tzinfo is None:
        raise StartInvalid(clock=clock_id)
    try:
        return start.astimezone(SHANGHAI).date()
    except OverflowError as error:
        raise StartInvalid(clock=clock_id) from error


@lru_cache(maxsize=4096)
def end_of_day(day: date) -> datetime:
    """24:00 Asia/Shanghai of a day, which is the next midnight, in UTC."""
    return datetime.combine(day + _ONE, time.min, SHANGHAI).astimezone(UTC)


def _answer(run: _Run, extra: int) -> tuple[date, Explanation]:
    """The last day, and how it came about."""
    run.refuse_late()
    nominal = run.nominal(extra)
    end = run.end(nominal)
    decisive, calendar = run.decisive(nominal, end), run.calendar
    return end, Explanation(
        rule=run.clock.unit,
        start=run.start,
        counted_from=run.start + _ONE,
        limit=run.clock.limit,
        extended_by=extra,
        nominal=nominal,
        skipped=tuple(calendar.rest_days(*decisive)) if decisive else (),
        extensions=run.extensions,
        suspensions=run.suspensions,
        stood_still=run.still,
        unpublished=calendar.unsettled_years(*decisive) if decisive else (),
    )
