"""The workday table: seed, provisional years, notices."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import (
    Calendar,
    CalendarRange,
    Holiday,
    Notice,
    NoticeInvalid,
    apply_notices,
    load_notice,
    seed_calendar,
)
from kernel.calendar.finality import last_final_day
from kernel.calendar.notice import Kind

ONE = timedelta(days=1)
DATES = st.dates(date(2004, 1, 1), date(2040, 12, 31))
NOTICE_2027 = """
year: 2027
source: 国办发明电〔2026〕示例
holidays:
  - {name: new_year, first: 2027-01-01, last: 2027-01-03}
  - {name: spring_festival, first: 2027-02-05, last: 2027-02-11}
  - {name: tomb_sweeping, first: 2027-04-03, last: 2027-04-05}
  - {name: labour, first: 2027-05-01, last: 2027-05-05}
  - {name: dragon_boat, first: 2027-06-09, last: 2027-06-09}
  - {name: mid_autumn, first: 2027-09-15, last: 2027-09-15}
  - {name: national, first: 2027-10-01, last: 2027-10-07}
workdays: [2027-02-14, 2027-05-08, 2027-09-26, 2027-10-09]
"""


def notice_file(folder: Path, **changes: object) -> Path:
    """The notice of 2027, made up, with some fields changed."""
    raw = yaml.safe_load(NOTICE_2027) | changes
    path = folder / "2027.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


def test_the_seed_is_what_the_package_knows() -> None:
    """Every published year agrees with chinesecalendar, day by day."""
    calendar, day = seed_calendar(), date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += ONE


def test_years_without_a_notice_are_provisional() -> None:
    """2026 is final to its last day; 2027 has its statutory days and is a guess."""
    calendar = seed_calendar()
    assert calendar.is_final(date(2026, 12, 31))
    assert not calendar.is_final(date(2027, 1, 1))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.day(date(2027, 2, 8)).name == "spring_festival"


def test_years_beyond_the_seed_follow_the_weekend_rule() -> None:
    """A day nobody seeded is answered, never final, and says by what rule."""
    far = seed_calendar().day(date(2041, 5, 1))
    assert (far.is_workday, far.final, far.source) == (False, False, "weekend rule")
    with pytest.raises(CalendarRange):
        seed_calendar().is_workday(date(2200, 1, 1))


def test_days_of_last_december_were_bridged_only_as_the_rule_says() -> None:
    """Every shifted day after 25 December lies in a year whose end the rule keeps open."""
    for row in seed_calendar().rows():
        shifted = row.is_workday != (row.date.weekday() < 5)
        if row.final and shifted and (row.date.month, row.date.day) > (12, 25):
            assert last_final_day(row.date.year) == date(row.date.year, 12, 25), row


def test_rows_rebuild_the_calendar() -> None:
    """What a database keeps of the table gives the same table back."""
    first = seed_calendar()
    second = Calendar(first.rows())
    span = (date(2003, 1, 1), date(2037, 1, 1))
    assert list(first.days(*span)) == list(second.days(*span))


@given(DATES)
def test_the_next_workday_is_the_nearest_one(day: date) -> None:
    """Between a day and its next or last workday there are only rest days."""
    calendar = seed_calendar()
    after, before = calendar.workday_from(day), calendar.workday_until(day)
    assert calendar.is_workday(after)
    assert calendar.is_workday(before)
    assert before <= day <= after
    assert len(calendar.rest_days(before, after)) == max(0, (after - before).days - 1)


@given(DATES, st.integers(1, 40))
def test_counting_workdays_passes_just_as_many(day: date, workdays: int) -> None:
    """The n-th workday is a workday, and n of them lie after the start."""
    calendar = seed_calendar()
    end = calendar.workday_after(day, workdays)
    passed = list(calendar.days(day + ONE, end))
    assert passed[-1].is_workday
    assert sum(row.is_workday for row in passed) == workdays


def test_a_notice_settles_its_year_and_names_what_changed(tmp_path: Path) -> None:
    """Loaded, the year is final, and the days that changed are exactly listed."""
    before = seed_calendar()
    loaded = apply_notices(before, [load_notice(notice_file(tmp_path))])
    after = loaded.calendar
    year = [date(2027, 1, 1) + ONE * n for n in range(365)]
    assert all(after.is_final(day) for day in year)
    assert set(loaded.settled) == set(year)
    assert list(loaded.changed) == [d for d in year if before.is_workday(d) != after.is_workday(d)]
    assert date(2027, 2, 14) in loaded.changed
    assert date(2027, 10, 7) in loaded.changed
    assert date(2027, 2, 8) not in loaded.changed


def test_loading_a_notice_twice_changes_nothing(tmp_path: Path) -> None:
    """The second time nothing changed and nothing was settled."""
    notice = load_notice(notice_file(tmp_path))
    again = apply_notices(apply_notices(seed_calendar(), [notice]).calendar, [notice])
    assert (again.changed, again.settled) == ((), ())


def test_a_notice_may_reach_into_last_december(tmp_path: Path) -> None:
    """Days of the December before are taken and then stand against a reload of the older year."""
    first = [h for h in yaml.safe_load(NOTICE_2027)["holidays"] if h["name"] != "new_year"]
    bridge = {"name": "new_year", "first": date(2026, 12, 31), "last": date(2027, 1, 3)}
    notice = load_notice(notice_file(tmp_path, holidays=[bridge, *first]))
    loaded = apply_notices(seed_calendar(), [notice])
    assert date(2026, 12, 31) in loaded.changed
    assert not loaded.calendar.is_workday(date(2026, 12, 31))


def test_the_end_of_a_bridged_year_waits_for_the_next_notice() -> None:
    """New Year 2029 is a Monday, so the last week of 2028 is not settled by 2028's notice."""
    names = ["new_year", "spring_festival", "tomb_sweeping", "labour", "dragon_boat"]
    names += ["mid_autumn", "national"]
    days = [date(2028, 1 + n, 1) for n in range(7)]
    holidays = tuple(Holiday(n, d, d) for n, d in zip(names, days, strict=True))
    calendar = apply_notices(seed_calendar(), [Notice(2028, "made up", holidays)]).calendar
    assert calendar.is_final(date(2028, 12, 25))
    assert not calendar.is_final(date(2028, 12, 26))


def test_an_amendment_touches_only_its_days() -> None:
    """A holiday prolonged in an emergency (as in 2020) changes those days alone."""
    longer = Holiday("spring_festival", date(2026, 2, 24), date(2026, 2, 25))
    notice = Notice(2026, "made up", (longer,), kind=Kind.AMENDMENT)
    loaded = apply_notices(seed_calendar(), [notice])
    assert loaded.changed == (date(2026, 2, 24), date(2026, 2, 25))
    assert loaded.calendar.is_workday(date(2026, 2, 28))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holidays": []}, "holidays"),
        ({"workdays": [date(2028, 1, 1)]}, "holidays or workdays"),
        ({"workdays": [date(2027, 10, 6)]}, "workdays"),
        ({"workdays": [date(2027, 3, 3)]}, "workdays"),
        ({"year": "soon"}, "year"),
        ({"surplus": 1}, "file"),
        (
            {"holidays": [{"name": "labour", "first": "2027-05-05", "last": "2027-05-01"}]},
            "holidays.labour",
        ),
    ],
)
def test_a_wrong_notice_names_its_field(
    tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    """The error says which file, which field and what is wrong."""
    with pytest.raises(NoticeInvalid) as refused:
        load_notice(notice_file(tmp_path, **changes))
    assert (refused.value.file, refused.value.field) == ("2027.yaml", field)


def test_an_unreadable_notice_is_refused(tmp_path: Path) -> None:
    """A file that is not there, or is no YAML, is a typed error too."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("holidays: [", encoding="utf-8")
    for path in (broken, tmp_path / "absent.yaml"):
        with pytest.raises(NoticeInvalid):
            load_notice(path)


def test_the_shipped_notice_is_in_the_seed_already() -> None:
    """Loading the notice of 2026 changes and settles nothing."""
    notice = load_notice(Path(__file__).parents[2] / "deploy/calendar/2026.yaml")
    loaded = apply_notices(seed_calendar(), [notice])
    assert (loaded.changed, loaded.settled) == ((), ())
    assert loaded.calendar.day(date(2026, 10, 10)).source == notice.source
