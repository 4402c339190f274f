"""Days that somebody waits for in a mediation: what is told of each, and when.

A day is told of before it comes, where it says so, and once when it is over; nothing here decides
anything. What the law counts (司法确认, 诉讼时效) is warned of by the clocks of the case, which
routing keeps; here it is listed, and that a window closed is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.regulation import end_of_day
from mediation.domain import facts
from mediation.domain.terms import REMIND_DAYS

HOUR = time(8, 30)
"""When warnings are told, Asia/Shanghai."""
ONE = timedelta(days=1)


class About(Enum):
    """Which kind of day it is; the database keeps the value."""

    MILESTONE = "milestone"  # a step of the plan (一案一策)
    MEASURE = "measure"  # help that a plan names
    TERM = "term"  # what an agreement owes
    CONFIRMATION = "confirmation"  # the window for a joint application (司法确认)
    SESSION = "session"  # a session that is over and has no record
    LEAVE = "leave"  # a session whose mediator is away
    CARRY_OUT = "carry_out"  # what was supported is carried out (落实)
    DECISION = "decision"  # a second person's word
    DUTY = "duty"  # a duty to report
    MEND = "mend"  # a defect that a third party found in a closed file (评查)
    LIMITATION = "limitation"  # until when the right can be claimed (时效)


RIGHTS = frozenset({About.CONFIRMATION, About.LIMITATION})
"""Days after which nothing is owed: a right was lost."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Natural days before the end on which it is told of, and what is told of it."""

    soon: str = ""
    over: str = ""
    days: tuple[int, ...] = ()
    at_once: str = ""


RULES: dict[About, Rule] = {
    About.MILESTONE: Rule(facts.MILESTONE_DUE_SOON, facts.MILESTONE_OVERDUE, (2,)),
    About.MEASURE: Rule(facts.MEASURE_DUE_SOON, facts.MEASURE_OVERDUE, (2,)),
    About.TERM: Rule(facts.TERM_DUE_SOON, facts.TERM_OVERDUE, REMIND_DAYS),
    About.CONFIRMATION: Rule(over=facts.CONFIRMATION_LAPSED),
    About.SESSION: Rule(over=facts.SESSION_UNRECORDED),
    About.LEAVE: Rule(at_once=facts.SESSION_ON_LEAVE),
    About.CARRY_OUT: Rule(facts.CARRY_OUT_DUE_SOON, facts.CARRY_OUT_OVERDUE, (10, 3, 0)),
    About.DECISION: Rule(over=facts.DECISION_OVERDUE),
    About.DUTY: Rule(over=facts.DUTY_UNREPORTED),
    About.MEND: Rule(over=facts.MENDING_OVERDUE),
    About.LIMITATION: Rule(),
}
RECORD_DAYS, DECISION_DAYS, REPORT_DAYS = 1, 3, 1
"""Natural days after a session, a proposal, a duty that showed; practice, no law sets them."""


class Alert(NamedTuple):
    """Something to tell: the kind of fact, when it is due to be told, days left where it warns."""

    kind: str
    at: datetime
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is waited for. `since` is when it came to be; it is over at `due_at`."""

    about: About
    ref: str
    since: datetime
    due_at: datetime

    @property
    def due_on(self) -> date:
        """The last day, Asia/Shanghai."""
        return last_day(self.due_at)


def last_day(due_at: datetime) -> date:
    """The day that ends at, or contains, this instant."""
    return (due_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


def end_after(since: datetime, days: int) -> datetime:
    """24:00 of the day so many natural days after an instant."""
    return end_of_day(since.astimezone(SHANGHAI).date() + days * ONE)


def alerts(day: Day, calendar: Calendar) -> tuple[Alert, ...]:
    """Everything that is told of a day, in order of time.

    A warning that falls on a rest day comes on the workday before it; none lies on or before the
    day on which the date came to be.
    """
    rule = RULES[day.about]
    found = [*_warnings(day, rule, calendar)]
    if rule.at_once:
        found.append(Alert(rule.at_once, day.since))
    if rule.over:
        found.append(Alert(rule.over, day.due_at))
    return tuple(found)


def _warnings(day: Day, rule: Rule, calendar: Calendar) -> Iterator[Alert]:
    begun, due_on = day.since.astimezone(SHANGHAI).date(), day.due_on
    on = {
        calendar.workday_until(due_on - before * ONE) if before else due_on for before in rule.days
    }
    for one in sorted(on):
        if one > begun:
            at = datetime.combine(one, HOUR, SHANGHAI).astimezone(UTC)
            yield Alert(rule.soon, at, (due_on - one).days)
