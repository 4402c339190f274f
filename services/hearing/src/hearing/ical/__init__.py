"""iCalendar (RFC 5545): busy times read from files and written to them; nothing else is kept."""

from hearing.ical.reading import MOST_BYTES, Busy, read_busy
from hearing.ical.writing import Taken, write_calendar

__all__ = ["MOST_BYTES", "Busy", "Taken", "read_busy", "write_calendar"]
