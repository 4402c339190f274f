"""Where deadlines broke in other systems: one test for each, named after its thread."""

from datetime import date, timedelta
from pathlib import Path

from kernel.calendar import seed_calendar
from kernel.clock import SHANGHAI
from kernel.regulation import MilestoneKind, again, due, load_profile, milestones

CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
CALENDAR = seed_calendar()
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def test_zammad_5177_a_shorter_clock_does_not_overrule_another() -> None:
    """Clocks of one case run side by side: adding one changes no other's end."""
    start = date(2026, 3, 2)
    alone = {c: due(CN, c, start, calendar=CALENDAR) for c in ("handling", "notice", "hotline")}
    assert len({answer.due for answer in alone.values()}) == 3
    for clock_id, answer in alone.items():
        assert due(CN, clock_id, start, calendar=CALENDAR) == answer


def test_zammad_3180_midnight_costs_no_minute() -> None:
    """A day ends where the next begins: the end is a whole number of days after the start's."""
    for start in YEAR:
        answer = due(CN, "handling", start, calendar=CALENDAR)
        end = answer.due_at.astimezone(SHANGHAI)
        assert (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0)
        assert end.date() - answer.due == timedelta(days=1)


def test_zammad_4432_nobody_is_reminded_at_midnight_or_on_a_weekend() -> None:
    """Warnings and supervision come on workdays at the profile's hour, whatever the start."""
    for start in YEAR:
        answer = due(CN, "handling", start, calendar=CALENDAR)
        for milestone in milestones(CN, answer, calendar=CALENDAR):
            if milestone.kind is not MilestoneKind.BREACH:
                at = milestone.at.astimezone(SHANGHAI)
                assert at.strftime("%H:%M") == CN.warning_time
                assert CALENDAR.is_workday(at.date())


def test_grid_systems_a_touch_does_not_restart_the_clock() -> None:
    """Computed again, however often, an end rests on the first event alone."""
    first = due(CN, "handling", date(2026, 3, 2), calendar=CALENDAR)
    touched = first
    for _ in range(5):
        touched = again(CN, touched, calendar=CALENDAR)
    assert touched == first
