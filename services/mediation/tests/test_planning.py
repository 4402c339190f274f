from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import Calendar, Day
from mediation.domain.planning import BEFORE_DUE, Step, counted_back, workdays_before

CALENDAR = Calendar()
MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_milestones_are_counted_back_over_weekends():
    """Four workdays before a Friday is Monday; twelve reach over two weekends."""
    plan = {one.step: one.on for one in counted_back(date(2026, 12, 18), MONDAY, CALENDAR)}
    assert plan == {
        Step.FACTS: date(2026, 12, 2),
        Step.SESSION: date(2026, 12, 8),
        Step.DRAFT: date(2026, 12, 14),
        Step.SIGNING: date(2026, 12, 16),
        Step.REPORT: date(2026, 12, 18),
    }


def test_a_holiday_moves_what_lies_before_it():
    """A day off between step and due date puts the step a workday earlier."""
    holiday = Day(date(2026, 12, 17), False, "test", True, "holiday")
    closed = CALENDAR.replace([holiday])
    assert workdays_before(date(2026, 12, 18), 2, CALENDAR) == date(2026, 12, 16)
    assert workdays_before(date(2026, 12, 18), 2, closed) == date(2026, 12, 15)


def test_when_time_is_short_nothing_is_dated_back():
    """Steps that would lie in the past are due now, and say so."""
    plan = counted_back(date(2026, 11, 27), MONDAY, CALENDAR)
    assert [(one.step, one.on, one.tight) for one in plan] == [
        (Step.FACTS, MONDAY, True),
        (Step.SESSION, MONDAY, True),
        (Step.DRAFT, MONDAY, False),
        (Step.SIGNING, date(2026, 11, 25), False),
        (Step.REPORT, date(2026, 11, 27), False),
    ]


@given(DAYS, st.integers(0, 90))
def test_a_plan_keeps_order_workdays_and_the_due_date(today, ahead):
    """Each step once, in order, from today on, by the due date, on a workday where one is left."""
    due = today + timedelta(days=ahead)
    plan = counted_back(due, today, CALENDAR)
    assert [one.step for one in plan] == list(Step) == list(BEFORE_DUE)
    days = [one.on for one in plan]
    assert days == sorted(days)
    assert all(today <= day <= due for day in days)
    left = CALENDAR.workday_from(today) <= due
    assert all(CALENDAR.is_workday(day) for day in days) or not left


@given(DAYS)
def test_a_due_date_that_has_passed_leaves_everything_for_today(today):
    """Nothing is dated back to a day before the plan was made."""
    plan = counted_back(today - timedelta(days=3), today, CALENDAR)
    assert {(one.on, one.tight) for one in plan} == {(today, True)}
