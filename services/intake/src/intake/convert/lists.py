"""Filters and page tokens."""

import base64
import binascii
import hashlib
import json
from datetime import datetime
from uuid import UUID

from intake.convert.fields import Fields
from intake.convert.instants import instant
from intake.convert.words import CHANNEL, COLOUR, PROCEDURE
from intake.domain.filters import Filter
from intake.domain.states import State
from intake.errors import PageTokenInvalid
from intake.storage.lists import Cursor
from kernel.divisions import CODE_DIGITS
from kernel.errors import FieldViolation
from lianxin.intake.v1 import intake_service_pb2 as pb

STATES = {state.value for state in State}


def filter_from(message: pb.CaseFilter) -> Filter:
    """What a list is narrowed by."""
    fields = Fields()
    for number, state in enumerate(message.states):
        if state not in STATES:
            fields.add([FieldViolation(f"filter.states[{number}]", "UNKNOWN_VALUE")])
    place = message.place_prefix
    if place and not (place.isascii() and place.isdigit() and len(place) <= CODE_DIGITS):
        fields.add([FieldViolation("filter.place_prefix", "MALFORMED")])
    read = Filter(
        states=tuple(dict.fromkeys(message.states)),
        unit_id=fields.code("filter.unit_id", message.unit_id),
        place_prefix=place,
        category=fields.code("filter.category", message.category),
        colour=fields.word("filter.colour", COLOUR, message.colour),
        channel=fields.word("filter.channel", CHANNEL, message.channel),
        procedure=fields.word("filter.procedure", PROCEDURE, message.procedure),
        backlog=message.backlog if message.HasField("backlog") else None,
        registered_from=_edge(fields, message, "registered_from"),
        registered_to=_edge(fields, message, "registered_to"),
        source_system=fields.code("filter.source_system", message.source_system),
    )
    fields.check()
    return read


def _edge(fields: Fields, message: pb.CaseFilter, name: str) -> datetime | None:
    if not message.HasField(name):  # type: ignore[arg-type] # one of two literal names
        return None
    at = instant(getattr(message, name))
    if at is None:
        fields.add([FieldViolation(f"filter.{name}", "DATE_OUT_OF_RANGE")])
    return at


def size_of(wanted: int) -> int:
    """A page size of a request. Raises FieldsInvalid for a negative one."""
    if wanted < 0:
        fields = Fields()
        fields.add([FieldViolation("page_size", "TOO_SMALL", 0)])
        fields.check()
    return wanted


def search_text(text: str) -> str:
    """What to search for. Raises FieldsInvalid when empty or too long."""
    fields = Fields()
    wanted = fields.text("text", text, 100)
    fields.check()
    return wanted


def mark_of(method: str, *parts: bytes) -> str:
    """What a page token belongs to: another list refuses it."""
    return hashlib.blake2b(b"\0".join((method.encode(), *parts)), digest_size=6).hexdigest()


def token_of(mark: str, cursor: Cursor | None) -> str:
    """The token of the next page; empty when there is none."""
    if cursor is None:
        return ""
    content = [mark, cursor.registered_at.isoformat(), str(cursor.case_id)]
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def cursor_of(mark: str, token: str) -> Cursor | None:
    """Where the next page begins. Raises PageTokenInvalid for a token of another list."""
    if not token:
        return None
    try:
        belongs, at, case_id = json.loads(base64.urlsafe_b64decode(token[:400].encode()))
        cursor = Cursor(datetime.fromisoformat(at), UUID(case_id))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise PageTokenInvalid from None
    if belongs != mark or cursor.registered_at.tzinfo is None:
        raise PageTokenInvalid
    return cursor
