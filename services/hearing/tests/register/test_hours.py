"""Hours, busy times and ways between sites."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hearing.domain.hours import (
    DAY,
    Hours,
    Shift,
    Slot,
    Stay,
    Travel,
    away,
    collide,
    instant,
    joined,
    noon,
    rests,
    slots_of,
)
from kernel.regulation.rules import Midday

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
BEGIN = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOURS = Hours((540, 1020), (Shift(2, 540, 720), Shift(2, 840, 960), Shift(3, 0, 0)))


def test_a_weekday_may_have_other_hours_or_none():
    """Two shifts on a Tuesday, none on a Wednesday, the usual ones on a Thursday."""
    assert HOURS.of(TUESDAY) == [Slot(TUESDAY, 540, 720), Slot(TUESDAY, 840, 960)]
    assert HOURS.of(WEDNESDAY) == []
    assert HOURS.of(date(2026, 11, 26)) == [Slot(date(2026, 11, 26), 540, 1020)]


def test_what_is_not_worked_is_away():
    """Within the frame of all weekdays, the rest of each day is named."""
    assert away(HOURS, [TUESDAY, WEDNESDAY]) == [
        Slot(TUESDAY, 720, 840),
        Slot(TUESDAY, 960, 1020),
        Slot(WEDNESDAY, 540, 1020),
    ]


def test_midday_is_kept_free_in_usual_hours_alone():
    """A weekday with hours of its own has what was said; others are cut in two by the midday."""
    free, day = noon(Midday(begins="11:30", ends="13:30")), date(2026, 11, 26)
    usual = Hours((540, 1020), midday=free)
    assert usual.of(day) == [Slot(day, 540, 690), Slot(day, 810, 1020)]
    assert (rests(usual, day), usual.breaks) == ([Slot(day, 690, 810)], ((690, 810),))
    own = Hours((540, 1020), HOURS.shifts, free)
    assert own.of(TUESDAY) == HOURS.of(TUESDAY)
    assert rests(own, TUESDAY) == [Slot(TUESDAY, 720, 840)]
    assert (own.breaks, rests(Hours((540, 690), midday=free), day)) == ((), [])
    assert (noon(None), Hours((540, 1020)).breaks) == (None, ())


def test_a_minute_that_is_begun_is_taken_up_whole():
    """Seconds never leave somebody free for less than a minute."""
    ends = BEGIN + timedelta(minutes=30, seconds=1)
    assert list(slots_of(BEGIN, ends)) == [Slot(TUESDAY, 540, 571)]


def test_a_time_over_midnight_is_of_two_days():
    """Until midnight, and from midnight."""
    found = list(slots_of(instant(TUESDAY, 1380), instant(WEDNESDAY, 60)))
    assert found == [Slot(TUESDAY, 1380, DAY), Slot(WEDNESDAY, 0, 60)]


def test_a_way_is_the_same_both_ways_and_nothing_within_a_site():
    """What is not kept takes no time."""
    travel = Travel([("a", "b", 30), ("a", "c", 50)])
    assert [travel.minutes(*pair) for pair in ("ab", "ba", "aa", "bc")] == [30, 30, 0, 0]


minutes = st.integers(0, 600)


@given(minutes, st.integers(1, 120), minutes, st.integers(1, 120), st.integers(0, 90))
def test_two_stays_collide_unless_the_way_lies_between_them(one, long, other, length, way):
    """The same whichever is named first."""

    def stay(at, lasts):
        begins = BEGIN + timedelta(minutes=at)
        return Stay(at, "", begins, begins + timedelta(minutes=lasts))

    first, second = stay(one, long), stay(other, length)
    apart = one + long + way <= other or other + length + way <= one
    assert collide(first, second, way) is collide(second, first, way) is not apart


spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, 200))


@given(st.lists(spans, max_size=12))
def test_joined_times_are_the_same_minutes_and_apart(told):
    """No minute is lost or added, and no two that are left touch."""
    slots = [Slot(TUESDAY, at, min(at + length, DAY)) for at, length in told]
    found = joined(slots)
    covered = {minute for slot in slots for minute in range(slot.begins, slot.ends)}
    assert covered == {minute for slot in found for minute in range(slot.begins, slot.ends)}
    assert all(one.ends < two.begins for one, two in pairwise(found))
