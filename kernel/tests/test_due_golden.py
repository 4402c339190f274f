"""Due dates against 200 and more worked ones.

Each row of golden/due_dates.csv was worked by hand, the reason beside it, or by the walker below:
it steps one day at a time over the holidays as the State Council announced them, typed in here,
and knows the limits from the articles. It shares neither code nor data with the product.
"""

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pytest

from kernel.calendar import seed_calendar
from kernel.regulation import Extension, Suspension, SuspensionKind, due, load_profile

GOLDEN = Path(__file__).parent / "golden" / "due_dates.csv"
CN = load_profile(Path(__file__).parents[2] / "deploy/regulation/cn-2022.yaml")
ONE = timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))
UNPUBLISHED_FROM = date(2027, 1, 1)

OFF = """
2007-12-30..2008-01-01 2018-12-30..2019-01-01
2022-12-31..2023-01-02 2023-01-21..2023-01-27 2023-04-05 2023-04-29..2023-05-03
2023-06-22..2023-06-24 2023-09-29..2023-10-06
2024-01-01 2024-02-10..2024-02-17 2024-04-04..2024-04-06 2024-05-01..2024-05-05 2024-06-10
2024-09-15..2024-09-17 2024-10-01..2024-10-07
2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05
2025-05-31..2025-06-02 2025-10-01..2025-10-08
2026-01-01..2026-01-03 2026-02-15..2026-02-23 2026-04-04..2026-04-06 2026-05-01..2026-05-05
2026-06-19..2026-06-21 2026-09-25..2026-09-27 2026-10-01..2026-10-07
2027-01-01 2027-02-05..2027-02-10 2027-04-05 2027-05-01..2027-05-04 2027-06-09 2027-09-15
2027-10-01..2027-10-05
"""
WORKED = """
2007-12-29 2018-12-29 2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08
2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
LIMITS = {
    "route": (15, "days"),
    "notice": (15, "days"),
    "objection": (5, "workdays"),
    "objection_decision": (3, "workdays"),
    "sign_for": (2, "workdays"),
    "call_back": (5, "workdays"),
    "serve": (5, "workdays"),
    "assignment": (0, "set"),
    "handling": (60, "days"),
    "review_request": (30, "days"),
    "review": (30, "days"),
    "rereview_request": (30, "days"),
    "rereview": (30, "days"),
    "mediation": (1, "months"),
    "confirmation": (30, "days"),
    "court_rule": (30, "days"),
    "labour_mediation": (15, "days"),
    "court_referral": (30, "days"),
    "court_commission": (15, "days"),
    "court_commission_summary": (7, "days"),
    "limitation_labour": (12, "months"),
    "limitation_land": (24, "months"),
    "limitation_civil": (36, "months"),
    "execute_opinion": (0, "set"),
    "hotline": (5, "workdays"),
    "simple": (1, "days"),
    "ordinary": (7, "days"),
    "complex": (20, "days"),
}


class Row(NamedTuple):
    """A line of the golden file."""

    clock: str
    start: date | datetime
    on: date | None
    extend: int
    stop: tuple[date, date] | None
    due: date
    provisional: bool
    worked: str
    reason: str


def span(text: str) -> tuple[date, date]:
    """`first..last`, or one day."""
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def each_day(text: str) -> set[date]:
    """All days of a list of spans."""
    spans = [span(part) for part in text.split()]
    return {first + ONE * n for first, last in spans for n in range((last - first).days + 1)}


HOLIDAYS, SHIFTED = each_day(OFF), each_day(WORKED)


def read_rows() -> list[Row]:
    """The golden file."""
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [row_of(line) for line in csv.DictReader(file)]


def row_of(line: dict[str, str]) -> Row:
    """One line of it; a start with a time is an instant."""
    start = line["from"]
    return Row(
        line["clock"],
        datetime.fromisoformat(start) if "T" in start else date.fromisoformat(start),
        date.fromisoformat(line["on"]) if line["on"] else None,
        int(line["extend"] or 0),
        span(line["stop"]) if line["stop"] else None,
        date.fromisoformat(line["due"]),
        line["provisional"] == "yes",
        line["worked"],
        line["reason"],
    )


def works(day: date) -> bool:
    """Whether people work that day, by the announcements above."""
    return day in SHIFTED or (day.weekday() < 5 and day not in HOLIDAYS)


def walk(row: Row) -> tuple[date, bool]:
    """The last day, and whether a day that decided it was not announced yet."""
    limit, unit = LIMITS[row.clock]
    day = start = (
        row.start.astimezone(BEIJING).date() if isinstance(row.start, datetime) else row.start
    )
    stopped = each_day("..".join(map(str, row.stop))) if row.stop else set()
    if unit == "set":
        assert row.on
        return row.on, False
    asked: list[date] = []
    if unit == "months":
        day = months_later(start, limit)
        limit = 0
    remaining = limit + row.extend
    while remaining:
        day += ONE
        asked += [day] if unit == "workdays" else []
        remaining -= day not in stopped and (unit != "workdays" or works(day))
    while True:
        asked.append(day)
        if works(day) and day not in stopped:
            return day, any(d >= UNPUBLISHED_FROM for d in asked)
        day += ONE


def months_later(start: date, months: int) -> date:
    """Step day by day into the month wanted, to the same day or the last there is."""
    wanted = start.year * 12 + start.month + months
    day = start
    while day.year * 12 + day.month < wanted:
        day += ONE
    while day.day < start.day and (day + ONE).month == day.month:
        day += ONE
    return day


def product(row: Row) -> tuple[date, bool]:
    """What the kernel answers for a row."""
    kind = SuspensionKind.HEARING if row.clock == "rereview" else SuspensionKind.LOCAL
    answer = due(
        CN,
        row.clock,
        row.start,
        calendar=seed_calendar(),
        on=row.on,
        extensions=[Extension(row.extend)] if row.extend else [],
        suspensions=[Suspension(kind, *row.stop)] if row.stop else [],
    )
    return answer.due, answer.provisional


ROWS = read_rows() if GOLDEN.exists() else []


def named(row: Row) -> str:
    """How a row is called in a report."""
    return f"{row.clock}-{row.start.isoformat()}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_due_date_is_as_worked_out(row: Row) -> None:
    """The kernel's last day and doubt are those of the golden row."""
    assert product(row) == (row.due, row.provisional), row.reason


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_walker_agrees_with_each_row(row: Row) -> None:
    """Rows worked by hand and the day-by-day rule confirm each other."""
    assert walk(row) == (row.due, row.provisional), row.reason


def test_the_golden_rows_cover_every_clock() -> None:
    """At least 200 rows, 40 by hand with a reason, and each clock of the profile among them."""
    by_hand = [row for row in ROWS if row.worked == "hand"]
    assert len(ROWS) >= 200
    assert len(by_hand) >= 40
    assert all(row.reason for row in by_hand)
    assert {row.clock for row in ROWS} == set(CN.clocks) == set(LIMITS)
    assert {row.clock for row in by_hand} >= set(CN.clocks) - {"rereview_request"}


def test_announced_holidays_are_those_of_the_seed() -> None:
    """The seed of the calendar agrees with the announcements of 2023 to 2026, day by day."""
    calendar, day = seed_calendar(), date(2023, 1, 1)
    while day < UNPUBLISHED_FROM:
        assert calendar.is_workday(day) == works(day), day
        day += ONE


def test_midnight_in_shanghai_divides_the_days() -> None:
    """A second before midnight and midnight itself start clocks that end a day apart."""
    before = datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    first = due(CN, "notice", before, calendar=seed_calendar())
    second = due(CN, "notice", before + timedelta(seconds=1), calendar=seed_calendar())
    assert (first.due, second.due) == (date(2026, 3, 24), date(2026, 3, 25))
