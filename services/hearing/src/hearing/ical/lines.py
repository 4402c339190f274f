"""The lines of an iCalendar file: what is needed of its events, with the number of each line.

Titles, places, guests and all else that says something of people is dropped here, unread.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hearing.errors_register import CalendarInvalid
from kernel.errors import FieldViolation

NEEDED = frozenset(
    {
        *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE"),
        *("RECURRENCE-ID", "STATUS", "TRANSP"),
    }
)
"""Properties of an event that say when it is."""
OF_CALENDAR = frozenset({"VERSION", "CALSCALE", "X-WR-TIMEZONE"})
MOST_EVENTS = 2000
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[^:"]*(?:"[^"]*"[^:"]*)*)?):(.*)', re.DOTALL)


class Line(NamedTuple):
    """A content line with its number, the first where it was folded."""

    number: int
    name: str
    text: str
    value: str


@dataclass
class Event:
    """An event: the line it begins at, and what is needed of it."""

    number: int
    lines: list[Line] = field(default_factory=list)

    def number_of(self, name: str) -> int:
        """The line of a property, or of the event where it has none."""
        return next((line.number for line in self.lines if line.name == name), self.number)

    def count(self, name: str) -> int:
        """How many lines have this name."""
        return sum(line.name == name for line in self.lines)


@dataclass
class Outline:
    """A file with nothing in it but when its events are."""

    head: list[Line]
    events: list[Event]

    def text(self) -> str:
        """The outline as a file."""
        parts = ["BEGIN:VCALENDAR", *(line.text for line in self.head)]
        for event in self.events:
            parts += ["BEGIN:VEVENT", *(line.text for line in event.lines)]
            if not event.count("UID"):
                parts.append(f"UID:line-{event.number}")
            parts.append("END:VEVENT")
        return "\r\n".join([*parts, "END:VCALENDAR", ""])


def wrong(number: int, reason: str, name: str = "", limit: int | None = None) -> FieldViolation:
    """What is wrong with a line, and with which of the properties known here."""
    path = f"content.lines[{number}]" + (f".{name}" if name else "")
    return FieldViolation(path, reason, limit)


def outline(content: bytes) -> Outline:
    """The outline of a file.

    Raises:
        CalendarInvalid: it is no text, no calendar, or is cut off; the field names the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        number = content.count(b"\n", 0, fault.start) + 1
        raise CalendarInvalid(wrong(number, "NOT_UTF8")) from None
    found, open_at = Outline([], []), [("", 0)]
    for line in _unfolded(text):
        _take(line, found, open_at)
    if len(open_at) > 1:
        raise CalendarInvalid(wrong(open_at[-1][1], "NOT_CLOSED"))
    if not open_at[0][1]:
        raise CalendarInvalid(wrong(1, "NOT_A_CALENDAR"))
    return found


def _unfolded(text: str) -> Iterator[Line]:
    """Content lines; a line that begins with a blank belongs to the one before."""
    parts: list[str] = []
    number = 1
    for at, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if raw[:1] in {" ", "\t"} and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield _parsed(number, "".join(parts))
        parts, number = ([raw], at) if raw.strip() else ([], at)
    if parts:
        yield _parsed(number, "".join(parts))


def _parsed(number: int, text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise CalendarInvalid(wrong(number, "LINE_MALFORMED"))
    return Line(number, found[1].upper(), text, found[3].strip().upper())


def _take(line: Line, found: Outline, open_at: list[tuple[str, int]]) -> None:
    """Put a line where it belongs; `open_at` are the components it is in, with their lines."""
    inside = open_at[-1][0]
    if line.name == "BEGIN":
        _begin(line, found, open_at)
    elif line.name == "END":
        if line.value != inside:
            raise CalendarInvalid(wrong(line.number, "NOT_CLOSED"))
        open_at.pop()
    elif inside == "VEVENT" and line.name in NEEDED:
        found.events[-1].lines.append(line)
    elif inside == "VCALENDAR" and line.name in OF_CALENDAR:
        found.head.append(line)
    elif not inside:
        raise CalendarInvalid(wrong(line.number, "NOT_A_CALENDAR"))


def _begin(line: Line, found: Outline, open_at: list[tuple[str, int]]) -> None:
    inside = open_at[-1][0]
    if (inside == "") != (line.value == "VCALENDAR"):
        raise CalendarInvalid(wrong(line.number, "NOT_A_CALENDAR"))
    if line.value == "VEVENT":
        if inside != "VCALENDAR":
            raise CalendarInvalid(wrong(line.number, "NOT_CLOSED"))
        if len(found.events) == MOST_EVENTS:
            raise CalendarInvalid(wrong(line.number, "TOO_MANY", limit=MOST_EVENTS))
        found.events.append(Event(line.number))
    open_at[0] = ("", open_at[0][1] or line.number)
    open_at.append((line.value, line.number))
