"""A holiday notice is loaded: which open due dates move, and why."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel.calendar import Holiday, Notice, apply_notices, seed_calendar
from kernel.regulation import (
    Due,
    Extension,
    ProfileMismatch,
    Unit,
    due,
    explain_change,
    load_profile,
    recompute,
)

CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
BEFORE = seed_calendar()
SPANS = {
    "new_year": ("2027-01-01", "2027-01-03"),
    "spring_festival": ("2027-02-05", "2027-02-11"),
    "tomb_sweeping": ("2027-04-03", "2027-04-05"),
    "labour": ("2027-05-01", "2027-05-05"),
    "dragon_boat": ("2027-06-09", "2027-06-09"),
    "mid_autumn": ("2027-09-15", "2027-09-15"),
    "national": ("2027-10-01", "2027-10-07"),
}
HOLIDAYS = tuple(
    Holiday(name, date.fromisoformat(first), date.fromisoformat(last))
    for name, (first, last) in SPANS.items()
)
WORKED = (date(2027, 2, 14), date(2027, 5, 8), date(2027, 9, 26), date(2027, 10, 9))
LOADED = apply_notices(BEFORE, [Notice(2027, "made up", HOLIDAYS, WORKED)])
COUNTED = sorted(clock.id for clock in CN.clocks.values() if clock.unit is not Unit.BY_DATE)


def open_due(clock_id: str, start: date, days: int = 0) -> Due:
    """A due computed before the notice."""
    extensions = [Extension(days)] if days else []
    return due(CN, clock_id, start, calendar=BEFORE, extensions=extensions)


def test_a_due_on_a_new_holiday_moves_and_says_why() -> None:
    """Day 60 fell on 11 February, a workday as guessed, a holiday as announced."""
    before = open_due("handling", date(2026, 12, 13))
    assert (before.due, before.provisional) == (date(2027, 2, 11), True)
    (change,) = recompute(CN, [before], calendar=LOADED.calendar, changed=LOADED.changed)
    assert (change.after.due, change.after.provisional) == (date(2027, 2, 12), False)
    assert change.because == (date(2027, 2, 11),)
    assert explain_change(CN, change) == (
        "因2027年放假安排公布，办理期限由2027年2月11日调整为2027年2月12日。"
    )
    assert "moves from 2027-02-11 to 2027-02-12" in explain_change(CN, change, "en")


def test_a_due_that_stays_is_settled() -> None:
    """Nothing moves, but the date is no longer provisional, and the case is told."""
    before = open_due("handling", date(2026, 11, 15))
    (change,) = recompute(CN, [before], calendar=LOADED.calendar, changed=LOADED.changed)
    assert not change.moved
    assert change.after.due == date(2027, 1, 14)
    assert explain_change(CN, change) == "因2027年放假安排公布，办理期限2027年1月14日不再为暂定。"


def test_a_due_that_is_final_is_left_alone() -> None:
    """Dates of published years are not listed."""
    final = open_due("handling", date(2026, 10, 10))
    assert recompute(CN, [final], calendar=LOADED.calendar, changed=LOADED.changed) == []


def test_extensions_are_kept_when_a_due_is_computed_again() -> None:
    """The same facts are counted again, the extension among them."""
    before = open_due("handling", date(2026, 12, 8), days=5)
    (change,) = recompute(CN, [before], calendar=LOADED.calendar, changed=LOADED.changed)
    assert change.after.explanation.extensions == (Extension(5),)
    assert change.after.due == date(2027, 2, 12)


def test_a_date_that_was_set_does_not_move() -> None:
    """A clock by date is not counted, so no notice changes it."""
    set_by_hand = due(CN, "assignment", date(2026, 12, 1), calendar=BEFORE, on=date(2027, 2, 11))
    assert recompute(CN, [set_by_hand], calendar=LOADED.calendar, changed=LOADED.changed) == []


def test_an_emergency_change_of_a_final_year_is_found_too() -> None:
    """A day that changes inside a published year moves the dues that looked at it."""
    before = due(CN, "objection", date(2026, 3, 2), calendar=BEFORE)
    calendar = BEFORE.replace([BEFORE.day(date(2026, 3, 4))._replace(is_workday=False)])
    (change,) = recompute(CN, [before], calendar=calendar, changed=[date(2026, 3, 4)])
    assert (change.before.due, change.after.due) == (date(2026, 3, 9), date(2026, 3, 10))


def test_a_due_of_another_version_is_refused() -> None:
    """A case pins its profile; computing under another one would change the law in secret."""
    before = open_due("handling", date(2026, 12, 13))
    with pytest.raises(ProfileMismatch):
        recompute(replace(CN, version="2099"), [before], calendar=LOADED.calendar, changed=[])


@given(st.sampled_from(COUNTED), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_notice_only_moves_dues_that_looked_at_its_days(clock_id: str, start: date) -> None:
    """Recomputing finds exactly the dues that a fresh computation answers otherwise."""
    before = open_due(clock_id, start)
    fresh = due(CN, clock_id, start, calendar=LOADED.calendar)
    changes = recompute(CN, [before], calendar=LOADED.calendar, changed=LOADED.changed)
    differs = (fresh.due, fresh.provisional) != (before.due, before.provisional)
    assert [change.after for change in changes] == ([fresh] if differs else [])
    if fresh.due != before.due:
        span = (before.explanation.start, max(before.due, fresh.due))
        assert any(span[0] <= day <= span[1] for day in LOADED.changed)


@given(st.lists(st.dates(date(2026, 10, 1), date(2027, 9, 1)), max_size=20))
def test_recomputing_twice_changes_nothing_more(starts: list[date]) -> None:
    """The changed dues, computed again on the same calendar, stay."""
    dues = [open_due("handling", start) for start in starts]
    first = recompute(CN, dues, calendar=LOADED.calendar, changed=LOADED.changed)
    after = [change.after for change in first]
    assert recompute(CN, after, calendar=LOADED.calendar, changed=LOADED.changed) == []
    assert all(d.due >= d.explanation.start + timedelta(days=60) for d in after)
