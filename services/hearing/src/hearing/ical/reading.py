"""Busy times of an iCalendar file.

The libraries are imported with the first file: an idle node does without them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from hearing.errors_register import CalendarInvalid
from hearing.ical.lines import Event, Outline, outline, wrong
from hearing.ical.recurring import MOST_SERIES, bound
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation

MOST_BYTES = 1024 * 1024
MOST_BUSY = 5000
ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "STATUS", "TRANSP")


class Busy(NamedTuple):
    """Taken up from `begins` up to `ends`, both in UTC."""

    begins: datetime
    ends: datetime


def read_busy(content: bytes, first: date, last: date) -> list[Busy]:
    """When events of a file take somebody up, from the day `first` to `last`, each time once.

    Recurrences are counted out. Days and times without a zone are those of Asia/Shanghai, unless
    the file names another (`X-WR-TIMEZONE`). Events that were cancelled, or that say they leave
    one free (`TRANSP:TRANSPARENT`), take up nothing.

    Raises:
        CalendarInvalid: the file is too large or malformed; each field names a line.
    """
    if len(content) > MOST_BYTES:
        raise CalendarInvalid(FieldViolation("content", "TOO_LARGE", MOST_BYTES))
    found = outline(content)
    calendar = _parsed(found)
    _judge(calendar, found)
    for component, event in zip(calendar.events, found.events, strict=True):
        if "RRULE" in component:
            bound(component, event, last)
    return sorted(set(_taken(calendar, first, last)))


def _parsed(found: Outline) -> Any:
    from icalendar import Calendar  # noqa: PLC0415  loaded when used

    try:
        return Calendar.from_ical(found.text())
    except (ValueError, KeyError, IndexError, TypeError):
        number = found.events[0].number if found.events else 1
        raise CalendarInvalid(wrong(number, "LINE_MALFORMED")) from None


def _judge(calendar: Any, found: Outline) -> None:
    """Raise CalendarInvalid with everything that is wrong with events."""
    pairs = zip(calendar.events, found.events, strict=True)
    violations = [one for component, event in pairs for one in _wrong(component, event)]
    series = [event for event in found.events if event.count("RRULE")]
    if len(series) > MOST_SERIES:
        violations.append(wrong(series[MOST_SERIES].number, "TOO_MANY", "RRULE", MOST_SERIES))
    if violations:
        raise CalendarInvalid(*violations[:100])


def _wrong(component: Any, event: Event) -> Iterator[FieldViolation]:
    if not event.count("DTSTART"):
        yield wrong(event.number, "REQUIRED", "DTSTART")
        return
    for name in ONCE:
        if event.count(name) > 1:
            yield wrong(event.number_of(name), "TWICE", name)
            return
    broken = {str(name) for name, _ in component.errors if name}
    for name in sorted(broken):
        yield wrong(event.number_of(name), "MALFORMED", name)
    if not broken:
        yield from _wrong_times(component, event)


def _wrong_times(component: Any, event: Event) -> Iterator[FieldViolation]:
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if name in component and not _is_zoned(component[name]):
            yield wrong(event.number_of(name), "TIME_ZONE_UNKNOWN", name)
            return
    begins = component["DTSTART"].dt
    ends = component["DTEND"].dt if "DTEND" in component else None
    length = component["DURATION"].dt if "DURATION" in component else timedelta()
    if ends is not None and isinstance(ends, datetime) != isinstance(begins, datetime):
        yield wrong(event.number_of("DTEND"), "MALFORMED", "DTEND")
    elif ends is not None and _instant(ends) < _instant(begins):
        yield wrong(event.number_of("DTEND"), "ENDS_BEFORE_BEGIN", "DTEND")
    elif length < timedelta():
        yield wrong(event.number_of("DURATION"), "ENDS_BEFORE_BEGIN", "DURATION")


def _is_zoned(value: Any) -> bool:
    """Whether the zone that a time names, if any, was found."""
    at = value.dt
    named = "TZID" in value.params
    return not (named and isinstance(at, datetime) and at.tzinfo is None)


def _instant(at: date) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _taken(calendar: Any, first: date, last: date) -> Iterator[Busy]:
    from recurring_ical_events import of  # noqa: PLC0415  loaded when used

    begin, end = _instant(first), _instant(last + timedelta(days=1))
    try:
        found = of(calendar).between(begin, end)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise CalendarInvalid(FieldViolation("content", "RECURRENCE_UNREAD")) from None
    if len(found) > MOST_BUSY:
        raise CalendarInvalid(FieldViolation("content", "TOO_MANY", MOST_BUSY))
    for one in found:
        if _takes_up(one):
            begins, ends = max(_instant(one.start), begin), min(_instant(one.end), end)
            if begins < ends:
                yield Busy(begins, ends)


def _takes_up(component: Any) -> bool:
    status = str(component.get("STATUS", "")).upper()
    return status != "CANCELLED" and str(component.get("TRANSP", "")).upper() != "TRANSPARENT"
