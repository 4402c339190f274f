"""Rules of recurrence, judged and bounded before anybody counts by them.

A rule that never comes true, or that comes true every second, would keep a machine busy for
minutes.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from hearing.errors_register import CalendarInvalid
from hearing.ical.lines import Event, wrong

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
TOO_FINE = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
KNOWN = frozenset(
    {
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY"),
        *("BYSETPOS", "BYWEEKNO", "BYYEARDAY"),
    }
)
NARROWING = frozenset({"BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"})
"""Not read with DAILY and WEEKLY: each day would be looked at to find few of them."""
LATER = 19 * 400
"""Years that rules are tried later by: the calendar repeats every 400 years, and the library looks
for a day that never comes until the year 9999."""
MOST_INTERVAL = 1000
MOST_COUNT = 100_000
MOST_SERIES = 200
FIRST_YEAR = 2000
"""Series that began earlier are refused: every day since then is counted through."""


def bound(component: Any, event: Event, last: date) -> None:
    """Let the rule of a series end with the day `last`, in place; drop one that never comes true.

    Raises:
        CalendarInvalid: its rule is not one this version reads.
    """
    rule, begins = component["RRULE"], component["DTSTART"].dt
    number = event.number_of("RRULE")
    if event.count("RRULE") > 1:
        raise CalendarInvalid(wrong(number, "TWICE", "RRULE"))
    _judge(rule, number)
    if not FIRST_YEAR <= begins.year <= last.year + 1:
        found = wrong(event.number_of("DTSTART"), "DATE_OUT_OF_RANGE", "DTSTART")
        raise CalendarInvalid(found)
    try:
        end = _until(dict(rule), begins, last)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CalendarInvalid(wrong(number, "RECURRENCE_UNREAD", "RRULE")) from None
    rule.pop("COUNT", None)
    if end is None:
        del component["RRULE"]
    else:
        rule["UNTIL"] = [end]


def _judge(rule: Any, number: int) -> None:
    if rule.get("FREQ", [""])[0] not in FREQUENCIES or TOO_FINE & rule.keys():
        raise CalendarInvalid(wrong(number, "RECURRENCE_TOO_FINE", "RRULE"))
    within = 1 <= rule.get("INTERVAL", [1])[0] <= MOST_INTERVAL
    counted = 1 <= rule.get("COUNT", [1])[0] <= MOST_COUNT
    narrow = rule["FREQ"][0] in {"DAILY", "WEEKLY"} and bool(NARROWING & rule.keys())
    twice = {"COUNT", "UNTIL"} <= rule.keys()
    if not (within and counted and rule.keys() <= KNOWN) or narrow or twice:
        raise CalendarInvalid(wrong(number, "RECURRENCE_UNREAD", "RRULE"))


def _until(rule: dict[str, Any], begins: date, last: date) -> date | None:
    """The end of the rule: its own, its last count, or the day `last`, whichever comes first.

    None for a rule that gives no day until then.
    """
    told = rule.pop("UNTIL", [None])[0]
    end = datetime.combine(last + timedelta(days=1), time())
    if told is not None:
        end = min(end, _local(told, begins))
    counted = "COUNT" in rule
    count = rule.pop("COUNT", [1])[0]
    times = _first(rule, _local(begins, begins), end, count)
    if not times:
        return None
    return _as_begin(times[-1] if counted and len(times) == count else end, begins)


def _first(rule: dict[str, Any], begins: datetime, end: datetime, count: int) -> list[datetime]:
    """The first `count` times of a rule until `end`."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415  loaded when used
    from icalendar import vRecur  # noqa: PLC0415  loaded when used

    until = end.replace(year=end.year + LATER)
    bounded: Any = vRecur({**rule, "UNTIL": [until]})
    text = bounded.to_ical().decode()
    times = rrulestr(text, dtstart=begins.replace(year=begins.year + LATER))
    return [one.replace(year=one.year - LATER) for one in islice(times, count)]


def _local(at: date, begins: date) -> datetime:
    """A time as the wall shows it where the series begins."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time.max if at is not begins else time())
    zone = begins.tzinfo if isinstance(begins, datetime) else None
    moved = at.astimezone(zone) if at.tzinfo and zone else at
    return moved.replace(tzinfo=None)


def _as_begin(end: datetime, begins: date) -> date:
    """The end in the form that RFC 5545 wants beside such a begin."""
    if not isinstance(begins, datetime):
        return end.date()
    return end.replace(tzinfo=begins.tzinfo).astimezone(UTC) if begins.tzinfo else end
