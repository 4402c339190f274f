"""Warnings before a due date, the breach, and supervision after it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import seed_calendar
from kernel.clock import SHANGHAI
from kernel.regulation import (
    Level,
    MilestoneKind,
    due,
    is_breached,
    load_profile,
    milestones,
    passed,
    warnings,
)

CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
CALENDAR = seed_calendar()
COUNTED = sorted(clock.id for clock in CN.clocks.values() if clock.limit is not None)


def test_a_warning_on_a_rest_day_comes_before_it() -> None:
    """Due on 8 October after the holiday: seven and three days before it fall on rest days."""
    answer = due(CN, "handling", date(2026, 8, 4), calendar=CALENDAR)
    given_at = [w.astimezone(SHANGHAI) for w in warnings(CN, answer, calendar=CALENDAR)]
    assert [w.date() for w in given_at] == [date(2026, 9, 23), date(2026, 9, 30), date(2026, 10, 8)]
    assert {(w.hour, w.minute) for w in given_at} == {(8, 30)}


def test_the_breach_is_the_end_of_the_last_day() -> None:
    """The last second is in time, midnight is not."""
    answer = due(CN, "handling", date(2023, 10, 1), calendar=CALENDAR)
    midnight = datetime(2023, 11, 30, 16, tzinfo=UTC)
    assert not is_breached(answer, midnight - timedelta(seconds=1))
    assert is_breached(answer, midnight)


def test_a_breach_found_late_is_dated_when_it_happened() -> None:
    """After an outage of a month, every step has the instant it would have had."""
    answer = due(CN, "handling", date(2023, 10, 1), calendar=CALENDAR)
    everything = milestones(CN, answer, calendar=CALENDAR)
    late = passed(everything, answer.due_at + timedelta(days=30))
    in_time = passed(everything, answer.due_at + timedelta(days=18))
    assert late == in_time == everything
    breach = next(m for m in late if m.kind is MilestoneKind.BREACH)
    assert breach.at == answer.due_at


def test_supervision_climbs_the_ladder() -> None:
    """Remind at once, urge, supervise with a talk, list; each step with its answer due."""
    answer = due(CN, "handling", date(2023, 10, 1), calendar=CALENDAR)
    steps = [m for m in milestones(CN, answer, calendar=CALENDAR) if m.step]
    shown = [(m.step.level, m.at.astimezone(SHANGHAI).date()) for m in steps if m.step]
    assert shown == [
        (Level.REMIND, date(2023, 12, 1)),
        (Level.URGE, date(2023, 12, 4)),
        (Level.SUPERVISE, date(2023, 12, 8)),
        (Level.LISTED, date(2023, 12, 18)),
    ]
    assert [m.step.talk for m in steps if m.step] == [False, False, True, True]
    assert steps[0].answer_due_at == datetime(2023, 12, 5, 16, tzinfo=UTC)


def test_a_residents_own_time_warns_and_supervises_nobody() -> None:
    """The resident is reminded of a right; nobody is supervised for not using it."""
    answer = due(CN, "review_request", date(2026, 3, 2), calendar=CALENDAR)
    kinds = [m.kind for m in milestones(CN, answer, calendar=CALENDAR)]
    assert kinds == [MilestoneKind.WARNING, MilestoneKind.WARNING, MilestoneKind.BREACH]


@given(st.sampled_from(COUNTED), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_milestones_come_in_order_and_after_the_start(clock_id: str, start: date) -> None:
    """Warnings lie between start and end on workdays, supervision after the end."""
    answer = due(CN, clock_id, start, calendar=CALENDAR)
    everything = milestones(CN, answer, calendar=CALENDAR)
    assert [m.at for m in everything] == sorted(m.at for m in everything)
    for warning in (m for m in everything if m.kind is MilestoneKind.WARNING):
        day = warning.at.astimezone(SHANGHAI).date()
        assert start < day <= answer.due
        assert CALENDAR.is_workday(day)
    assert all(m.at >= answer.due_at for m in everything if m.step)


def test_steps_delayed_by_a_holiday_stay_apart() -> None:
    """A breach at the start of National Day: the steps wait and come on days of their own."""
    answer = due(CN, "handling", date(2025, 8, 1), calendar=CALENDAR)
    assert answer.due == date(2025, 9, 30)
    steps = [m for m in milestones(CN, answer, calendar=CALENDAR) if m.step]
    days = [m.at.astimezone(SHANGHAI).date().day for m in steps]
    assert days == [9, 10, 11, 16]
