"""Identifiers: UUIDv7, so that keys made later sort later and indexes grow at one end."""

import uuid
from datetime import datetime

from uuid_utils import compat

from kernel.errors import FieldViolation, InvalidInput

VERSION = 7


class IdInvalid(InvalidInput):
    """A text that should be an id of ours is none. The text itself is not repeated."""

    reason = "ID_INVALID"


def new_id() -> uuid.UUID:
    """A new id. Within one process each is greater than the one before it.

    Across processes the order is that of the machines' clocks, to the millisecond; nothing
    may depend on it.
    """
    return compat.uuid7()


def first_id_of(instant: datetime) -> uuid.UUID:
    """What every id made from that instant on is greater than, and none made before it."""
    milliseconds = int(instant.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80)


def parse_id(text: str, field: str = "id") -> uuid.UUID:
    """Read an id in its one written form: 36 characters, lower or upper case, version 7.

    `field` is the proto path that an error names.

    Raises:
        IdInvalid: for any other text, also for the braced, `urn:` and undashed forms that
            `uuid.UUID` lets pass, so that one id never has two spellings in a log.
    """
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        raise IdInvalid(FieldViolation(field, "MALFORMED_ID")) from None
    if str(parsed) != text.lower() or parsed.version != VERSION:
        raise IdInvalid(FieldViolation(field, "MALFORMED_ID"))
    return parsed


def parse_request_id(text: str, field: str = "request_id") -> uuid.UUID:
    """Read the id a caller chose for its request: a UUID of any version, in its 36 characters.

    Raises:
        IdInvalid: for any other text.
    """
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        raise IdInvalid(FieldViolation(field, "MALFORMED_ID")) from None
    if str(parsed) != text.lower():
        raise IdInvalid(FieldViolation(field, "MALFORMED_ID"))
    return parsed
