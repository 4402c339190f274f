"""Page tokens: where a page ended, as text that only this service reads."""

import base64
import binascii
from typing import Any

import msgspec

from kernel.errors import FieldViolation, InvalidInput

MOST, USUAL = 200, 50


def size(wanted: int) -> int:
    """Rows of a page: 1 to 200; 0 means 50. Raises InvalidInput for a negative number."""
    if wanted < 0:
        raise InvalidInput(FieldViolation("page_size", "TOO_SMALL", 0))
    return min(wanted or USUAL, MOST)


def token(*position: str | int) -> str:
    """The token that continues after this position."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode()


def position(text: str, shape: Any) -> Any:
    """The position a token stands for, of this shape; None for an empty token.

    Raises InvalidInput: it is none of ours.
    """
    if not text:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=shape)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, ValueError):
        raise InvalidInput(FieldViolation("page_token", "MALFORMED")) from None
