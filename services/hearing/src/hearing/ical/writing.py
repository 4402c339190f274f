"""A calendar as an iCalendar file: times, and of a hearing the number of its case."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

PRODUCT = "-//Lianxin//Hearing//ZH"


class Taken(NamedTuple):
    """A time that is taken up; `uid` stays the same for the same hearing.

    A rest is shown and takes up nothing: other programs, and an import, count it as free.
    """

    uid: str
    begins: datetime
    ends: datetime
    summary: str
    rest: bool = False


def write_calendar(taken: Iterable[Taken], now: datetime) -> bytes:
    """The file. Nothing in it says who or what, but what `summary` says."""
    from icalendar import Calendar, Event  # noqa: PLC0415  loaded when used

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    for one in taken:
        event = Event()
        event.add("UID", one.uid)
        event.add("DTSTAMP", now)
        event.add("DTSTART", one.begins)
        event.add("DTEND", one.ends)
        event.add("SUMMARY", one.summary)
        event.add("TRANSP", "TRANSPARENT" if one.rest else "OPAQUE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
