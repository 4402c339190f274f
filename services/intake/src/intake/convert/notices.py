"""Notices on the wire, both ways."""

from uuid import UUID

from intake.convert.fields import NO_ID, Fields
from intake.storage.lists import Cursor
from kernel.errors import FieldViolation
from kernel.ids import IdInvalid, parse_request_id
from kernel.notifying.keeping import Change
from kernel.notifying.reading import Place
from kernel.notifying.words import Step


def notice_id_of(fields: Fields, text: str) -> UUID:
    """The id of a notice, which is made of what it is about and so of no version 7."""
    try:
        return parse_request_id(text)
    except IdInvalid:
        fields.add([FieldViolation("notice_id", "MALFORMED_ID" if text else "REQUIRED")])
        return NO_ID


def change_from(notice_id: str, version: int, step: Step) -> Change:
    """What a person does to a notice. Raises FieldsInvalid."""
    fields = Fields()
    if version < 1:
        fields.add([FieldViolation("version", "REQUIRED")])
    command = Change(notice_id_of(fields, notice_id), step, version)
    fields.check()
    return command


def report_from(notice_id: str, *, arrived: bool) -> Change:
    """What a gateway says of a notice. Raises FieldsInvalid."""
    fields = Fields()
    command = Change(notice_id_of(fields, notice_id), Step.ARRIVED if arrived else Step.LOST)
    fields.check()
    return command


def place_of(cursor: Cursor | None) -> Place | None:
    """Where a list goes on."""
    return None if cursor is None else Place(cursor.registered_at, cursor.case_id)


def cursor_of(place: Place | None) -> Cursor | None:
    """The same, as page tokens carry it."""
    return None if place is None else Cursor(place.at, place.notice_id)


def one_of_both(case_id: str, unit_id: str) -> None:
    """A list is of a case or of a unit. Raises FieldsInvalid."""
    if case_id and unit_id:
        fields = Fields()
        fields.add([FieldViolation("unit_id", "NOT_ALLOWED")])
        fields.check()
