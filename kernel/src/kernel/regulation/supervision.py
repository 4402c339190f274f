"""What happens on the way to a due date and after it: warnings, the breach, supervision.

All instants follow from the due date alone. A sweep that comes late, after an outage, finds the
same instants and dates its entries by them, not by its own hour.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

import msgspec

from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.regulation.answer import Due
from kernel.regulation.clocks import Step
from kernel.regulation.compute import end_of_day
from kernel.regulation.profile import Profile

_ONE = timedelta(days=1)


class MilestoneKind(Enum):
    """What a clock has come to."""

    WARNING = "warning"
    BREACH = "breach"
    SUPERVISION = "supervision"


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """Something that falls due with a clock, at an instant (UTC)."""

    kind: MilestoneKind
    at: datetime
    days_left: int | None = None
    step: Step | None = None
    answer_due_at: datetime | None = None
    """When the unit's answer to a supervision step is due, end of day in Asia/Shanghai."""


def warnings(profile: Profile, due: Due, *, calendar: Calendar) -> tuple[datetime, ...]:
    """The instants, in UTC and in order, at which the clock warns before it ends.

    Each is at the profile's hour; one that falls on a rest day comes on the workday before it.
    None lies on or before the day the clock started.
    """
    return tuple(milestone.at for milestone in _warnings(profile, due, calendar))


def milestones(profile: Profile, due: Due, *, calendar: Calendar) -> tuple[Milestone, ...]:
    """Everything that falls due with a clock, in order of time."""
    breach = Milestone(kind=MilestoneKind.BREACH, at=due.due_at)
    return (*_warnings(profile, due, calendar), breach, *_steps(profile, due, calendar))


def passed(all_of_them: Sequence[Milestone], now: datetime) -> tuple[Milestone, ...]:
    """Those whose instant has come. Each keeps its own instant, however late `now` is."""
    return tuple(milestone for milestone in all_of_them if milestone.at <= now)


def is_breached(due: Due, now: datetime) -> bool:
    """Whether the clock has run out. An act at 23:59:59 of the last day is in time."""
    return now >= due.due_at


def _warnings(profile: Profile, due: Due, calendar: Calendar) -> list[Milestone]:
    clock = profile.clock(due.clock_id)
    start = due.explanation.start
    days = {
        calendar.workday_until(due.due - timedelta(days=before)) if before else due.due
        for before in clock.warn_days
    }
    return [
        Milestone(
            kind=MilestoneKind.WARNING,
            at=_at(day, profile.warning_time),
            days_left=(due.due - day).days,
        )
        for day in sorted(days)
        if day > start
    ]


def _steps(profile: Profile, due: Due, calendar: Calendar) -> list[Milestone]:
    """Each step on a workday at the profile's hour, and a later day than the step before it."""
    ladder = profile.ladder_of(profile.clock(due.clock_id))
    found: list[Milestone] = []
    earliest = due.due + _ONE
    for step in ladder.steps if ladder else ():
        wanted = due.due + timedelta(days=1 + step.after_days)
        day = calendar.workday_from(max(wanted, earliest))
        answer = end_of_day(calendar.workday_after(day, step.answer_working_days))
        at = _at(day, profile.warning_time)
        found.append(
            Milestone(kind=MilestoneKind.SUPERVISION, at=at, step=step, answer_due_at=answer)
        )
        earliest = day + _ONE
    return found


def _at(day: date, hour: str) -> datetime:
    """That hour, HH:MM in Asia/Shanghai, as an instant in UTC."""
    return datetime.combine(day, time.fromisoformat(hour), SHANGHAI).astimezone(UTC)
