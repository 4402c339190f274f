"""An invitation to a hearing for one recipient's calendar (RFC 5546): asked to come, or called off.

It names office, number of the case, time and room; nobody else, and not the matter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from hearing.ical.writing import PRODUCT


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event; `uid` stays the same for a hearing, `sequence` grows with each change."""

    uid: str
    sequence: int
    method: str
    begins: datetime
    ends: datetime
    at: datetime
    summary: str
    place: str
    office: tuple[str, str]
    """Id and name of the unit that invites."""
    recipient: str


def write_invitation(one: Invitation) -> bytes:
    """The file: a VCALENDAR with METHOD:REQUEST or CANCEL and one event."""
    from icalendar import Calendar, Event, vCalAddress  # noqa: PLC0415  loaded when used

    off = one.method == "CANCEL"
    event = Event()
    event.add("UID", one.uid)
    event.add("SEQUENCE", one.sequence)
    event.add("DTSTAMP", one.at.astimezone(UTC))
    event.add("DTSTART", one.begins.astimezone(UTC))
    event.add("DTEND", one.ends.astimezone(UTC))
    event.add("SUMMARY", one.summary)
    event.add("STATUS", "CANCELLED" if off else "CONFIRMED")
    if one.place:
        event.add("LOCATION", one.place)
    organizer = vCalAddress(f"urn:x-lianxin:{one.office[0]}")
    organizer.params["CN"] = one.office[1]
    event.add("ORGANIZER", organizer)
    attendee = vCalAddress(f"urn:uuid:{one.recipient}")
    if not off:
        attendee.params["RSVP"] = "TRUE"
    event.add("ATTENDEE", attendee)
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", one.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
