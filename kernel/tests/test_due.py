"""Due dates: what is refused, and what holds for every start."""

import timeit
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kernel.calendar import seed_calendar
from kernel.errors import Refusal
from kernel.regulation import (
    ClockUnknown,
    DateBeforeStart,
    DateMissing,
    Extension,
    ExtensionNotAllowed,
    ExtensionTooLate,
    ExtensionTooLong,
    ExtensionTooShort,
    Profile,
    StartInvalid,
    Suspension,
    SuspensionInvalid,
    SuspensionKind,
    SuspensionNotAllowed,
    Unit,
    Whose,
    due,
    load_profile,
)

CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
CALENDAR = seed_calendar()
COUNTED = sorted(clock.id for clock in CN.clocks.values() if clock.unit is not Unit.BY_DATE)
STARTS = st.dates(date(2004, 1, 1), date(2034, 12, 31))
CLOCKS = st.sampled_from(COUNTED)
START = date(2026, 3, 2)


def limited(clock_id: str, limit: int) -> Profile:
    """The national profile with another limit of one clock."""
    return replace(CN, clocks=CN.clocks | {clock_id: replace(CN.clocks[clock_id], limit=limit)})


@given(CLOCKS, STARTS)
def test_a_clock_never_ends_before_its_start(clock_id: str, start: date) -> None:
    """Every counted clock leaves at least the day after its event."""
    assert due(CN, clock_id, start, calendar=CALENDAR).due > start


@given(CLOCKS, STARTS)
def test_the_last_day_is_a_workday(clock_id: str, start: date) -> None:
    """Nobody's time ends on a day when the counter is closed."""
    answer = due(CN, clock_id, start, calendar=CALENDAR)
    assert CALENDAR.is_workday(answer.due)
    between = CALENDAR.rest_days(answer.explanation.nominal, answer.due)
    assert len(between) == (answer.due - answer.explanation.nominal).days


@given(CLOCKS, STARTS, st.integers(1, 29))
def test_a_longer_limit_never_ends_earlier(clock_id: str, start: date, limit: int) -> None:
    """The end is monotone in the limit, and in the start."""
    shorter = due(limited(clock_id, limit), clock_id, start, calendar=CALENDAR)
    longer = due(limited(clock_id, limit + 1), clock_id, start, calendar=CALENDAR)
    later = due(limited(clock_id, limit), clock_id, start + timedelta(days=1), calendar=CALENDAR)
    assert shorter.due <= longer.due
    assert shorter.due <= later.due


@given(STARTS, st.lists(st.integers(1, 10), max_size=3))
def test_an_extension_never_shortens(start: date, days: list[int]) -> None:
    """Extensions add up before the last day rolls, in whatever pieces they came."""
    plain = due(CN, "handling", start, calendar=CALENDAR)
    pieces = [Extension(n) for n in days]
    extended = due(CN, "handling", start, calendar=CALENDAR, extensions=pieces)
    assert extended.due >= plain.due
    assert extended.explanation.nominal == plain.explanation.nominal + timedelta(days=sum(days))


@given(STARTS, st.integers(-10, 60), st.integers(0, 20))
def test_hearing_days_are_not_counted(start: date, offset: int, length: int) -> None:
    """A re-review's counted days exclude the hearing: as many as the limit remain."""
    first = start + timedelta(days=offset)
    stop = Suspension(SuspensionKind.HEARING, first, first + timedelta(days=length))
    answer = due(CN, "rereview", start, calendar=CALENDAR, suspensions=[stop])
    nominal = answer.explanation.nominal
    days = [start + timedelta(days=n) for n in range(1, (nominal - start).days + 1)]
    assert stop.last is not None
    assert sum(not first <= day <= stop.last for day in days) == 30
    assert not first <= answer.due <= stop.last


@given(STARTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=4))
def test_overlapping_suspensions_count_once(start: date, stops: list[tuple[int, int]]) -> None:
    """The order and overlap of suspensions do not matter."""
    made = [
        Suspension(
            SuspensionKind.LOCAL, start + timedelta(days=n), start + timedelta(days=n + length)
        )
        for n, length in stops
    ]
    once = due(CN, "hotline", start, calendar=CALENDAR, suspensions=made)
    twice = due(CN, "hotline", start, calendar=CALENDAR, suspensions=[*reversed(made), *made])
    assert once.due == twice.due


@given(CLOCKS, STARTS, st.integers(0, 86_399))
def test_any_instant_of_a_shanghai_day_is_that_day(clock_id: str, day: date, second: int) -> None:
    """An instant, in whatever zone it is told, starts the clock on its day in Shanghai."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    instant = midnight + timedelta(seconds=second)
    by_instant = due(CN, clock_id, instant, calendar=CALENDAR)
    assert by_instant == due(CN, clock_id, day, calendar=CALENDAR)


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    """24:00 in Shanghai is 16:00 of the same date in UTC."""
    answer = due(CN, "handling", date(2023, 10, 1), calendar=CALENDAR)
    assert answer.due == date(2023, 11, 30)
    assert answer.due_at == datetime(2023, 11, 30, 16, tzinfo=UTC)


def test_a_citizens_clock_is_stopped_by_no_one_without_an_article() -> None:
    """Every citizen's clock but re-review refuses any suspension; re-review all but a hearing."""
    for clock in CN.clocks.values():
        if clock.whose is not Whose.CITIZEN:
            continue
        for kind in SuspensionKind:
            if (clock.id, kind) == ("rereview", SuspensionKind.HEARING):
                continue
            stop = Suspension(kind, START, START)
            with pytest.raises(SuspensionNotAllowed) as refused:
                due(CN, clock.id, START, calendar=CALENDAR, suspensions=[stop])
            assert refused.value.ids == {"clock": clock.id}


def test_a_suspension_rule_without_an_article_stops_nothing() -> None:
    """A profile that allows a stop and cites nothing does not stop the clock."""
    rule = CN.clocks["rereview"].suspension
    assert rule is not None
    bare = replace(CN.clocks["rereview"], suspension=replace(rule, article=()))
    stop = Suspension(SuspensionKind.HEARING, START, START)
    with pytest.raises(SuspensionNotAllowed):
        due(
            replace(CN, clocks={"rereview": bare}),
            "rereview",
            START,
            calendar=CALENDAR,
            suspensions=[stop],
        )


def test_an_open_suspension_is_provisional_until_looked_at_again() -> None:
    """挂起 without an end counts on from the day to look again, and says so."""
    stop = Suspension(SuspensionKind.LOCAL, date(2026, 3, 4), look_again=date(2026, 3, 9))
    answer = due(CN, "ordinary", START, calendar=CALENDAR, suspensions=[stop])
    assert (answer.due, answer.provisional) == (date(2026, 3, 16), True)


@pytest.mark.parametrize(
    "stop",
    [
        Suspension(SuspensionKind.LOCAL, date(2026, 3, 9), date(2026, 3, 8)),
        Suspension(SuspensionKind.LOCAL, date(2026, 3, 9)),
        Suspension(SuspensionKind.LOCAL, date(2026, 3, 9), look_again=date(2026, 3, 9)),
    ],
)
def test_a_suspension_needs_days_that_make_sense(stop: Suspension) -> None:
    """Last before first, and an open one without a later day to look again, are refused."""
    with pytest.raises(SuspensionInvalid):
        due(CN, "hotline", START, calendar=CALENDAR, suspensions=[stop])


@pytest.mark.parametrize(
    ("clock_id", "extensions", "error"),
    [
        ("review", [Extension(1)], ExtensionNotAllowed),
        ("assignment", [Extension(1)], ExtensionNotAllowed),
        ("handling", [Extension(31)], ExtensionTooLong),
        ("handling", [Extension(20), Extension(11)], ExtensionTooLong),
        ("handling", [Extension(0)], ExtensionTooShort),
        ("handling", [Extension(-5), Extension(5)], ExtensionTooShort),
        ("handling", [Extension(30, decided=date(2026, 5, 7))], ExtensionTooLate),
        (
            "handling",
            [Extension(5, date(2026, 5, 6)), Extension(5, date(2026, 5, 13))],
            ExtensionTooLate,
        ),
    ],
)
def test_extensions_are_refused_for_their_reason(
    clock_id: str, extensions: list[Extension], error: type[Refusal]
) -> None:
    """Not allowed, too long in all, less than a day, or after the clock had run out."""
    with pytest.raises(error):
        due(CN, clock_id, START, calendar=CALENDAR, extensions=extensions, on=START)


def test_an_extension_decided_on_the_last_day_is_in_time() -> None:
    """The last day of 60, rolled over Labour Day, still belongs to the clock."""
    extension = Extension(30, decided=date(2026, 5, 6))
    answer = due(CN, "handling", START, calendar=CALENDAR, extensions=[extension])
    assert answer.due == date(2026, 6, 1)


def test_a_court_may_extend_without_a_bound() -> None:
    """Where the article sets no most, any length is counted."""
    answer = due(CN, "court_rule", START, calendar=CALENDAR, extensions=[Extension(400)])
    assert answer.explanation.extended_by == 400


def test_a_clock_by_date_needs_its_date() -> None:
    """None given, or one before the start, is refused."""
    with pytest.raises(DateMissing):
        due(CN, "assignment", START, calendar=CALENDAR)
    with pytest.raises(DateBeforeStart):
        due(CN, "assignment", START, calendar=CALENDAR, on=START - timedelta(days=1))


def test_what_cannot_be_counted_is_refused() -> None:
    """Unknown clocks, naive instants and dates no calendar knows each have their refusal."""
    with pytest.raises(ClockUnknown):
        due(CN, "patience", START, calendar=CALENDAR)
    with pytest.raises(StartInvalid):
        due(CN, "route", datetime(2026, 3, 2), calendar=CALENDAR)  # noqa: DTZ001 (the case)


@pytest.mark.parametrize("clock_id", COUNTED)
def test_a_start_no_calendar_knows_is_refused(clock_id: str) -> None:
    """Far past and far future, dates and instants, with a suspension or without."""
    last = datetime.max.replace(tzinfo=UTC)
    for start in (date.min, date(1900, 1, 1), date(2199, 12, 31), date.max, last):
        with pytest.raises(StartInvalid):
            due(CN, clock_id, start, calendar=CALENDAR)


def test_a_suspension_to_the_end_of_time_is_refused() -> None:
    """A standstill that never ends leaves nothing to count."""
    for_ever = Suspension(SuspensionKind.LOCAL, START, date.max)
    with pytest.raises(StartInvalid):
        due(CN, "hotline", date.max, calendar=CALENDAR, suspensions=[for_ever])
    with pytest.raises(StartInvalid):
        due(CN, "hotline", START, calendar=CALENDAR, suspensions=[for_ever])


def test_a_due_date_is_cheap() -> None:
    """A usual count costs less than 50 us, or as much bare looping on a slow machine."""

    def run() -> object:
        return due(CN, "objection", date(2026, 9, 24), calendar=CALENDAR)

    cost = min(timeit.repeat(run, number=50, repeat=20)) / 50
    floor = min(timeit.repeat("for i in range(100): i + i", number=50, repeat=20)) / 50
    assert cost < max(50e-6, 25 * floor)
