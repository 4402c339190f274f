"""Sittings of meeting days on the wire."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from intake.commands_sittings import (
    AddMatters,
    Attendee,
    CancelSitting,
    HoldSitting,
    Kept,
    Minutes,
    SignMinutes,
)
from intake.convert.fields import Fields
from intake.domain.states import State
from intake.storage.lists import Cursor
from intake.storage.reading import Row
from kernel.clock import SHANGHAI
from kernel.directory import Directory
from kernel.errors import FieldViolation
from kernel.instants import stamp
from lianxin.intake.v1 import meeting_day_pb2 as pb

PLACE, NAME, WHY, TEXT = 100, 60, 500, 10_000
PEOPLE, MATTERS, RESIDENTS = 50, 50, 100_000
BACK, AHEAD = timedelta(days=60), timedelta(days=366)
MONTHS, MOST_MONTHS = 6, 24
_HOURS = re.compile("[0-9]{2}:[0-9]{2}")
"""ISO knows other forms of five characters, as 1030Z, which no text can be compared with."""


def hours_of(fields: Fields, begins: str, ends: str) -> tuple[str, str]:
    """Two times HH:MM, the second one later."""
    read = [_time(fields, name, text) for name, text in (("begins", begins), ("ends", ends))]
    if None not in read and not begins < ends:
        fields.add([FieldViolation("ends", "TOO_SMALL")])
    return begins, ends


def _time(fields: Fields, name: str, text: str) -> time | None:
    try:
        found = time.fromisoformat(text) if _HOURS.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        fields.add([FieldViolation(name, "MALFORMED" if text else "REQUIRED")])
    return found


def day_of_sitting(fields: Fields, text: str, today: date) -> date | None:
    """The day to call a sitting for: not long ago, not years ahead."""
    day = fields.day("on_day", text)
    if day is not None and not today - BACK <= day <= today + AHEAD:
        fields.add([FieldViolation("on_day", "DATE_OUT_OF_RANGE")])
    return day


def months_of(message: pb.PlanSittingsRequest) -> int:
    """How many months a plan is for. Raises FieldsInvalid."""
    fields = Fields()
    if not 0 <= message.months <= MOST_MONTHS:
        fields.add([FieldViolation("months", "TOO_LARGE", MOST_MONTHS)])
    fields.code("unit_id", message.unit_id)
    fields.check()
    return message.months or MONTHS


def days_of(message: pb.ListSittingsRequest) -> tuple[date | None, date | None]:
    """First and last day of a list. Raises FieldsInvalid."""
    fields = Fields()
    first = fields.day("from_day", message.from_day)
    last = fields.day("to_day", message.to_day)
    fields.code("unit_id", message.unit_id)
    fields.check()
    return first, last


def cancel_sitting(message: pb.CancelSittingRequest) -> CancelSitting:
    """Raises FieldsInvalid."""
    fields = Fields()
    command = CancelSitting(
        fields.id("sitting_id", message.sitting_id),
        message.version,
        fields.text("why", message.why, WHY),
    )
    fields.check()
    return command


def hold_sitting(message: pb.HoldSittingRequest, directory: Directory) -> HoldSitting:
    """Who was there: each with unit, post and name, somebody presiding. Raises FieldsInvalid."""
    fields = Fields()
    fields.most("attendees", len(message.attendees), PEOPLE)
    people = tuple(
        _attendee(fields, f"attendees[{number}]", one, directory)
        for number, one in enumerate(message.attendees[:PEOPLE])
    )
    if not any(one.presides for one in people):
        fields.add([FieldViolation("attendees", "REQUIRED")])
    came = message.residents if message.HasField("residents") else None
    if came is not None and not 0 <= came <= RESIDENTS:
        fields.add([FieldViolation("residents", "TOO_LARGE", RESIDENTS)])
    sitting_id = fields.id("sitting_id", message.sitting_id)
    fields.check()
    return HoldSitting(sitting_id, message.version, people, came)


def _attendee(fields: Fields, path: str, one: pb.Attendee, directory: Directory) -> Attendee:
    unit = fields.code(f"{path}.unit_id", one.unit_id)
    if unit and unit not in directory.units and unit not in directory.outside:
        fields.add([FieldViolation(f"{path}.unit_id", "UNKNOWN_VALUE")])
    return Attendee(
        unit=unit,
        post=fields.text(f"{path}.post", one.post, NAME),
        name=fields.text(f"{path}.name", one.name, NAME),
        presides=one.presides,
    )


def add_matters(message: pb.AddMattersRequest) -> AddMatters:
    """Raises FieldsInvalid."""
    fields = Fields()
    fields.most("case_ids", len(message.case_ids), MATTERS)
    if not message.case_ids:
        fields.add([FieldViolation("case_ids", "REQUIRED")])
    listed = enumerate(message.case_ids[:MATTERS])
    command = AddMatters(
        fields.id("sitting_id", message.sitting_id),
        tuple(fields.id(f"case_ids[{number}]", one) for number, one in listed),
        message.registered_there,
    )
    fields.check()
    return command


def sign_minutes(message: pb.SignMinutesRequest, today: date) -> SignMinutes:
    """Raises FieldsInvalid."""
    fields = Fields()
    fields.most("signed_by", len(message.signed_by), PEOPLE)
    if not message.signed_by:
        fields.add([FieldViolation("signed_by", "REQUIRED")])
    signed_on = fields.day("signed_on", message.signed_on) or today
    if signed_on > today:
        fields.add([FieldViolation("signed_on", "IN_FUTURE")])
    minutes = Minutes(
        text=fields.text("text", message.text, TEXT),
        signed_by=tuple(
            fields.text(f"signed_by[{number}]", one, NAME)
            for number, one in enumerate(message.signed_by[:PEOPLE])
        ),
        signed_on=signed_on,
        why=fields.text("why", message.why, WHY, required=False),
    )
    command = SignMinutes(fields.id("sitting_id", message.sitting_id), message.version, minutes)
    fields.check()
    return command


def sitting_message(row: Row, kept: Kept, matters: int, directory: Directory) -> pb.Sitting:
    """A sitting as it stands."""
    return pb.Sitting(
        sitting_id=str(row["sitting_id"]),
        unit_id=row["unit"],
        unit_title=directory.title(row["unit"]),
        on_day=row["on_day"].isoformat(),
        begins=row["begins"],
        ends=row["ends"],
        place=kept.place,
        state=row["state"],
        attendees=[
            pb.Attendee(
                unit_id=one.unit or row["unit"],
                unit_title=directory.title(one.unit or row["unit"]),
                post=one.post,
                name=one.name,
                presides=one.presides,
            )
            for one in kept.attendees
        ],
        residents=row["residents"],
        why=kept.why,
        matters=matters,
        minutes=row["minutes"],
        version=row["version"],
    )


def matter_message(row: Row, directory: Directory) -> pb.SittingMatter:
    """A matter as its case stands now."""
    due = row["next_due_on"]
    return pb.SittingMatter(
        no=row["no"],
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        registered_there=row["registered_there"],
        state=row["state"],
        category=row["category"],
        holder_unit=row["holder_unit"],
        holder_title=directory.title(row["holder_unit"]),
        on_the_spot=row["state"] == State.ANSWERED.value,
        ending=row["ending"] or "",
        ended_at=stamp(row["ended_at"]),
        due_on=due.isoformat() if due and not row["ended_at"] else "",
    )


def minutes_message(row: Row, minutes: Minutes) -> pb.Minutes:
    """A version of the minutes."""
    return pb.Minutes(
        version=row["version"],
        text=minutes.text,
        signed_by=minutes.signed_by,
        signed_on=minutes.signed_on.isoformat(),
        why=minutes.why,
        recorded_by=row["actor"],
        recorded_at=stamp(row["at"]),
    )


def place_of(cursor: Cursor | None) -> tuple[date, UUID] | None:
    """Where a page of sittings begins: pages are told apart by day."""
    return (cursor.registered_at.astimezone(SHANGHAI).date(), cursor.case_id) if cursor else None


def next_cursor(rows: Sequence[Row], size: int) -> Cursor | None:
    """The last row of this page when there is a further one."""
    if len(rows) <= size:
        return None
    last = rows[size - 1]
    return Cursor(datetime.combine(last["on_day"], time.min, SHANGHAI), last["sitting_id"])
