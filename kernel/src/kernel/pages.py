"""Tokens of pages that go on after an id: no secret, but each for its own list only."""

import base64
import binascii
import json
from uuid import UUID

from kernel.errors import Refusal

LONGEST = 200


def token_of(listed: str, after: UUID | None) -> str:
    """The token of the next page; empty when there is none."""
    if after is None:
        return ""
    return base64.urlsafe_b64encode(json.dumps([listed, str(after)]).encode()).decode()


def cursor_of(listed: str, token: str, *, foreign: Refusal) -> UUID | None:
    """Where the next page begins. Raises `foreign` for a token of another list, or none of ours."""
    if not token:
        return None
    try:
        belongs, after = json.loads(base64.urlsafe_b64decode(token[:LONGEST].encode()))
        found = UUID(after)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise foreign from None
    if belongs != listed:
        raise foreign
    return found
