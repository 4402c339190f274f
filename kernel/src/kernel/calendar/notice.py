"""A year's notice of holidays (国务院办公厅关于部分节假日安排的通知), loaded from a YAML file."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import yaml

from kernel.calendar.days import Calendar, Day, plain_day
from kernel.calendar.finality import REACHED_FROM, last_final_day
from kernel.calendar.seed_table import days_of
from kernel.yaml_text import read_yaml

LONGEST_HOLIDAY_DAYS = 16
FESTIVALS = frozenset(
    {
        "new_year",
        "spring_festival",
        "tomb_sweeping",
        "labour",
        "dragon_boat",
        "mid_autumn",
        "national",
    }
)


class NoticeInvalid(ValueError):
    """A notice cannot be used. Names the file, the field and what is wrong with it."""

    reason = "HOLIDAY_NOTICE_INVALID"

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file, self.field, self.problem = file, field, problem


class Kind(Enum):
    """An annual notice settles its whole year; an amendment only the days it names."""

    ANNUAL = "annual"
    AMENDMENT = "amendment"


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off, `first` to `last` both included. `name` is one of `FESTIVALS` or a local one."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Each day off."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a notice says: the days off and the weekend days worked instead."""

    year: int
    source: str
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...] = ()
    kind: Kind = Kind.ANNUAL

    def named(self) -> dict[date, tuple[bool, str]]:
        """Every day the notice names: is it worked, and its name."""
        off = {day: (False, h.name) for h in self.holidays for day in h.days()}
        return off | dict.fromkeys(self.workdays, (True, "make_up_workday"))


class NoticeLoaded(msgspec.Struct, frozen=True):
    """The calendar after a notice. Open dues that looked at these days are to be computed again."""

    calendar: Calendar
    changed: tuple[date, ...]
    """Days that were worked and are now off, or the other way."""
    settled: tuple[date, ...]
    """Days that were provisional and are now final, changed or not."""


def load_notice(path: Path) -> Notice:
    """Read a notice.

    Raises:
        NoticeInvalid: unreadable, an unknown field, a day outside the year, a worked weekday,
            or a festival missing from an annual notice.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NoticeInvalid(path.name, "file", str(error).split("\n", 1)[0]) from error
    return read_notice(content, path.name)


def read_notice(content: bytes, file: str = "notice") -> Notice:
    """Read a notice from its bytes; `file` is what an error calls it. Raises as `load_notice`."""
    try:
        raw: Any = read_yaml(content.decode("utf-8"))
        notice = msgspec.convert(raw, Notice)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise NoticeInvalid(file, "file", str(error).split("\n", 1)[0]) from error
    except msgspec.ValidationError as error:
        problem, _, field = str(error).partition(" - at ")
        raise NoticeInvalid(file, field.strip("`").removeprefix("$.") or "file", problem) from error
    for field, problem in _problems(notice):
        raise NoticeInvalid(file, field, problem)
    return notice


def _problems(notice: Notice) -> Iterator[tuple[str, str]]:
    """What is wrong with a notice that is well formed."""
    for holiday in notice.holidays:
        length = (holiday.last - holiday.first).days + 1
        if not 1 <= length <= LONGEST_HOLIDAY_DAYS:
            yield f"holidays.{holiday.name}", f"{length} days off"
            return
    earliest = date(notice.year - 1, 12, REACHED_FROM)
    for day in notice.named():
        if not earliest <= day <= date(notice.year, 12, 31):
            yield "holidays or workdays", f"{day} is outside {notice.year}"
    yield from _worked_problems(notice)
    missing = FESTIVALS - {holiday.name for holiday in notice.holidays}
    if notice.kind is Kind.ANNUAL and missing:
        yield "holidays", f"an annual notice names every festival; missing: {sorted(missing)}"


def _worked_problems(notice: Notice) -> Iterator[tuple[str, str]]:
    off = {day for holiday in notice.holidays for day in holiday.days()}
    for day in notice.workdays:
        if day in off:
            yield "workdays", f"{day} is also a day off"
        if plain_day(day)[0] and notice.kind is Kind.ANNUAL:
            yield "workdays", f"{day} is no weekend"


def apply_notices(calendar: Calendar, notices: Iterable[Notice]) -> NoticeLoaded:
    """The calendar with the notices loaded, and what that changed.

    The order given does not matter: years go before later years, amendments after the annual
    notice of their year. Loading a notice twice changes nothing the second time.
    """
    ordered = sorted(notices, key=lambda n: (n.year, n.kind is Kind.AMENDMENT))
    after = calendar
    for notice in ordered:
        after = after.replace(_rows(after, notice))
    touched = sorted({day for notice in ordered for day in _covered(notice)})
    return NoticeLoaded(
        after,
        tuple(d for d in touched if calendar.is_workday(d) != after.is_workday(d)),
        tuple(d for d in touched if after.is_final(d) and not calendar.is_final(d)),
    )


def _covered(notice: Notice) -> set[date]:
    """The days a notice speaks of. An annual one settles also the end of the year before."""
    named = set(notice.named())
    if notice.kind is Kind.AMENDMENT:
        return named
    year_end = {date(notice.year - 1, 12, day) for day in range(REACHED_FROM, 32)}
    return named | year_end | set(days_of(notice.year))


def _rows(calendar: Calendar, notice: Notice) -> Iterator[Day]:
    named = notice.named()
    for day in sorted(_covered(notice)):
        if day in named:
            is_workday, name = named[day]
            yield Day(day, is_workday, notice.source, final=True, name=name)
        elif day.year == notice.year:
            yield _plain_row(calendar, day, notice)
        else:
            yield calendar.day(day)._replace(final=True)


def _plain_row(calendar: Calendar, day: date, notice: Notice) -> Day:
    """A day of the notice's own year that it does not name.

    Its last days may already have been settled by the notice of the next year: that one stands.
    """
    known = calendar.day(day)
    if known.final and known.source != notice.source and day > last_final_day(notice.year):
        return known
    is_workday, name = plain_day(day)
    return Day(day, is_workday, notice.source, final=day <= last_final_day(notice.year), name=name)
