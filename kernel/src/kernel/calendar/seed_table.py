"""The calendar a node starts with, from the seed that kernel/tools/seed_calendar.py wrote."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from kernel.calendar.days import Calendar, Day, plain_day
from kernel.calendar.finality import last_final_day


@cache
def seed_calendar() -> Calendar:
    """Published years as they were, 2027 to 2035 as the law says, marked provisional."""
    return Calendar(_days())


def _days() -> Iterator[Day]:
    """Every day of the seeded years; those in days.csv differ from the weekend rule."""
    special = {
        date.fromisoformat(row["date"]): (row["is_workday"] == "1", row["name"])
        for row in _table("days.csv")
    }
    for row in _table("years.csv"):
        year, published = int(row["year"]), row["final"] == "1"
        final_until = _settled_until(year, published=published)
        for day in days_of(year):
            is_workday, name = special.get(day) or plain_day(day)
            yield Day(day, is_workday, row["source"], day <= final_until, name)


def _settled_until(year: int, *, published: bool) -> date:
    """The last final day of a seeded year; the year after a published one settles its end."""
    if not published:
        return date.min
    following = next((r for r in _table("years.csv") if int(r["year"]) == year + 1), None)
    if following and following["final"] == "1":
        return date(year, 12, 31)
    return last_final_day(year)


def days_of(year: int) -> Iterator[date]:
    """All days of a year."""
    first = date(year, 1, 1)
    span = (date(year + 1, 1, 1) - first).days
    return (first + timedelta(days=n) for n in range(span))


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = (files("kernel.calendar") / "seed" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
