"""Fields that requests of every service have, read one by one at the door."""

from uuid import UUID

from kernel.errors import FieldViolation, InvalidInput
from kernel.ids import IdInvalid, parse_id

HIGHEST_EPOCH = 2**53


def id_of(text: str, field: str) -> UUID:
    """An id of a request. Raises InvalidInput naming the field."""
    try:
        return parse_id(text)
    except IdInvalid:
        reason = "MALFORMED_ID" if text else "REQUIRED"
        raise InvalidInput(FieldViolation(field, reason)) from None


def optional_id(text: str, field: str) -> UUID | None:
    """An id that may be absent. Raises InvalidInput naming the field."""
    return id_of(text, field) if text else None


def epoch_of(number: int) -> int:
    """An epoch of a request, from 1. Raises InvalidInput."""
    if not 1 <= number < HIGHEST_EPOCH:
        raise InvalidInput(FieldViolation("epoch", "TOO_SMALL" if number < 1 else "TOO_LARGE", 1))
    return number
