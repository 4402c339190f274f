"""Write the seed of the workday table: published years as they were, later years as the law says.

Run by hand when a release of the data packages brings a new year; the result is committed, so
that neither a test nor a node depends on the year in which those packages end:

    python kernel/tools/seed_calendar.py
"""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import holidays
from chinese_calendar import constants

FIRST_YEAR, LAST_YEAR = 2004, 2035
FOLDER = Path(__file__).parents[1] / "src/kernel/calendar/seed"
NAMES = {
    "new_years_day": "new_year",
    "spring_festival": "spring_festival",
    "tomb_sweeping_day": "tomb_sweeping",
    "labour_day": "labour",
    "dragon_boat_festival": "dragon_boat",
    "mid_autumn_festival": "mid_autumn",
    "national_day": "national",
    "anti_fascist_70th_day": "victory_2015",
}
WORDS = {
    "New Year's Day": "new_year",
    "Chinese New Year": "spring_festival",
    "Tomb-Sweeping": "tomb_sweeping",
    "Labor": "labour",
    "Dragon Boat": "dragon_boat",
    "National": "national",
    "Mid-Autumn": "mid_autumn",
}


def published() -> list[tuple[date, bool, str]]:
    """Days that differ from the weekend rule in the years whose notice is known."""
    rows = [(day, False, NAMES[name_of(title)]) for day, title in constants.holidays.items()]
    rows += [(day, True, "make_up_workday") for day in constants.workdays]
    return sorted(rows)


def name_of(title: str) -> str:
    """The key that chinesecalendar gives a holiday by its English title."""
    return next(str(h.name) for h in constants.Holiday if h.value == title)


def lawful(years: range) -> list[tuple[date, bool, str]]:
    """Statutory days of years without a notice; on a weekend, the weekday that makes up for it."""
    table = holidays.country_holidays("CN", years=years)
    return [(day, False, code(title)) for day, title in sorted(table.items())]


def code(title: str) -> str:
    """Our code of a holiday, by the words its title holds."""
    return next(ours for words, ours in WORDS.items() if words in title)


def main() -> None:
    """Write days.csv and years.csv."""
    known = max(constants.holidays).year
    shown = f"国务院办公厅放假通知, by chinesecalendar {version('chinesecalendar')}"
    guess = f"weekends and statutory days, by holidays {version('holidays')}"
    years = [
        (y, y <= known, shown if y <= known else guess) for y in range(FIRST_YEAR, LAST_YEAR + 1)
    ]
    days = published() + lawful(range(known + 1, LAST_YEAR + 1))
    write("years.csv", ("year", "final", "source"), years)
    write("days.csv", ("date", "is_workday", "name"), days)
    print(f"{len(days)} days, final to {date(known + 1, 1, 1) - timedelta(days=1)}")


def write(name: str, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """One CSV file with a header; truth is written 1 or 0."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([int(v) if isinstance(v, bool) else v for v in row] for row in rows)


if __name__ == "__main__":
    main()
