"""Calendars of rooms and people, both ways."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hearing.commands.registering import DropAbsence, KeepAbsence, KeepHours
from hearing.convert.fields import Fields
from hearing.domain.hours import AHEAD, DAY, Shift, Slot, instant
from hearing.handlers.calendars import HAND
from hearing.ical import MOST_BYTES, Taken
from hearing.storage.calendars import Calendar, Row
from kernel.instants import stamp
from lianxin.hearing.v1 import calendar_pb2 as pb

Read = tuple[UUID, Any]
"""The request id, and the command."""
MOST_SHIFTS = 28
LONGEST = timedelta(days=AHEAD)
WEEK = 7


@dataclass(frozen=True, slots=True)
class File:
    """A file that is to be taken over, not read yet."""

    request_id: UUID
    owner_id: UUID
    source: str


@dataclass(frozen=True, slots=True)
class Range:
    """A calendar from a day to another, both included."""

    owner_id: UUID
    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From the first midnight to the last."""
        return instant(self.first, 0), instant(self.last + timedelta(days=1), 0)

    @property
    def days(self) -> list[date]:
        """Each day."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def file_from(request: pb.ImportCalendarRequest) -> File:
    """Whose file it is, and where it came from."""
    fields = Fields()
    found = File(
        fields.id("request_id", request.request_id),
        fields.id("owner_id", request.owner_id),
        fields.code("source", request.source),
    )
    if found.source in {"", HAND}:
        fields.note("source", "UNKNOWN_VALUE" if found.source else "REQUIRED")
    if len(request.content) > MOST_BYTES:
        fields.note("content", "TOO_LARGE", MOST_BYTES)
    if not request.content:
        fields.note("content", "REQUIRED")
    fields.check()
    return found


def range_from(request: pb.GetCalendarRequest | pb.ExportCalendarRequest) -> Range:
    """Which days of whose calendar."""
    fields = Fields()
    found = Range(
        fields.id("owner_id", request.owner_id),
        fields.day("from_day", request.from_day),
        fields.day("until", request.until),
    )
    if not timedelta() <= found.last - found.first <= LONGEST:
        fields.note("until", "DATE_OUT_OF_RANGE")
    fields.check()
    return found


def keep_hours(request: pb.KeepHoursRequest) -> Read:
    """Hours of weekdays; those of one day do not overlap."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    owner_id = fields.id("owner_id", request.owner_id)
    fields.few("hours", len(request.hours), MOST_SHIFTS)
    shifts = [_shift(fields, f"hours[{at}]", entry) for at, entry in enumerate(request.hours)]
    for one, other in zip(sorted(shifts), sorted(shifts)[1:], strict=False):
        if one.weekday == other.weekday and (other.begins < one.ends or one == other):
            fields.note("hours", "TWICE")
            break
    fields.check()
    return request_id, KeepHours(owner_id, tuple(sorted(shifts)))


def _shift(fields: Fields, at: str, entry: pb.WeekdayHours) -> Shift:
    shift = Shift(
        fields.number(f"{at}.weekday", entry.weekday, most=WEEK),
        fields.number(f"{at}.begins", entry.begins, least=0, most=DAY),
        fields.number(f"{at}.ends", entry.ends, least=0, most=DAY),
    )
    if shift.ends <= shift.begins and (shift.begins or shift.ends):
        fields.note(f"{at}.ends", "ENDS_BEFORE_BEGIN")
    return shift


def keep_absence(request: pb.KeepAbsenceRequest) -> Read:
    """From when to when somebody is away."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    owner_id = fields.id("owner_id", request.owner_id)
    for name in ("begins_at", "ends_at"):
        if not request.HasField(name):
            fields.note(name, "REQUIRED")
    begins = fields.at("begins_at", request.begins_at)
    ends = fields.at("ends_at", request.ends_at)
    if ends <= begins:
        fields.note("ends_at", "ENDS_BEFORE_BEGIN")
    elif ends - begins > LONGEST:
        fields.note("ends_at", "DATE_OUT_OF_RANGE")
    fields.check()
    return request_id, KeepAbsence(owner_id, begins, ends)


def drop_absence(request: pb.DropAbsenceRequest) -> Read:
    """Which absence."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    owner_id = fields.id("owner_id", request.owner_id)
    uid = fields.code("uid", request.uid)
    if not uid:
        fields.note("uid", "REQUIRED")
    fields.check()
    return request_id, DropAbsence(owner_id, uid)


def calendar_message(found: Calendar, open_: Iterable[Slot]) -> pb.GetCalendarResponse:
    """What is kept of an owner's time."""
    return pb.GetCalendarResponse(
        open=[
            pb.OpenTime(day=slot.day.isoformat(), begins=slot.begins, ends=slot.ends)
            for slot in open_
        ],
        busy=[
            pb.BusyTime(
                uid=row["uid"],
                source=row["source"],
                begins_at=stamp(row["begins"]),
                ends_at=stamp(row["ends"]),
            )
            for row in found.busy
        ],
        booked=[_booked(row) for row in found.booked],
    )


def _booked(row: Row) -> pb.BookedTime:
    return pb.BookedTime(
        hearing_id=str(row["hearing_id"]),
        site_id=row["site"],
        begins_at=stamp(row["begins"]),
        ends_at=stamp(row["ends"]),
    )


def taken_from(
    found: Calendar,
    numbers: Mapping[UUID, str],
    say: Mapping[str, str],
    rests: Iterable[Slot] = (),
) -> list[Taken]:
    """What is written to a file: of a hearing its case number, of all else that one is busy.

    Times between the hours of a day, such as the midday, are told as rest.
    """
    node = found.owner.owner_id
    busy = [
        Taken(f"{row['source']}-{row['uid']}@{node}", row["begins"], row["ends"], say["busy"])
        for row in found.busy
    ]
    booked = [
        Taken(
            f"{row['hearing_id']}@{node}",
            row["begins"],
            row["ends"],
            f"{say['hearing']} {numbers.get(row['hearing_id'], '')}".strip(),
        )
        for row in found.booked
    ]
    free = [
        Taken(
            f"rest-{slot.day.isoformat()}-{slot.begins}@{node}",
            instant(slot.day, slot.begins),
            instant(slot.day, slot.ends),
            say["rest"],
            rest=True,
        )
        for slot in rests
    ]
    return sorted([*busy, *booked, *free], key=lambda one: (one.begins, one.uid))
