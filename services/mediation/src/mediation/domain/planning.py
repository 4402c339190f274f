"""一案一策: the plan of a case, its milestones counted back from the due date (倒排时间节点)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from kernel.calendar import Calendar

_ONE = timedelta(days=1)


class Step(Enum):
    """The steps of a plan, in the order in which they are due."""

    FACTS = "facts"
    SESSION = "session"
    DRAFT = "draft"
    SIGNING = "signing"
    REPORT = "report"


BEFORE_DUE = {Step.FACTS: 12, Step.SESSION: 8, Step.DRAFT: 4, Step.SIGNING: 2, Step.REPORT: 0}
"""Workdays before the due date, where the plan of a case says nothing else."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step and its day; `tight` when counting back would have put it before today."""

    step: Step
    on: date
    tight: bool = False


def workdays_before(day: date, workdays: int, calendar: Calendar) -> date:
    """The workday so many workdays before a day; for 0 the day itself or the workday before it."""
    found = calendar.workday_until(day)
    for _ in range(workdays):
        found = calendar.workday_until(found - _ONE)
    return found


def counted_back(
    due: date,
    today: date,
    calendar: Calendar,
    steps: Iterable[tuple[Step, int]] = tuple(BEFORE_DUE.items()),
) -> tuple[Milestone, ...]:
    """The milestones of a plan, earliest first, each on a workday not after the due date.

    A step whose day would have passed already is due on the next workday, or today when there is
    none left before the due date, and says that time is tight; nothing is dated back.
    """
    next_workday = calendar.workday_from(today)
    earliest = next_workday if next_workday <= due else today
    found = []
    for step, workdays in steps:
        wanted = workdays_before(due, workdays, calendar)
        found.append(Milestone(step, max(wanted, earliest), tight=wanted < earliest))
    return tuple(sorted(found, key=lambda one: (one.on, tuple(Step).index(one.step))))
