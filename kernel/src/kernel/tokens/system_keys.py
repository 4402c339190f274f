"""Keys of calling systems (12345 hotline, city platform): random, shown once, kept as a digest."""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

from kernel.errors import KeyInvalid
from kernel.identity import Caller

PREFIX = "lxk"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What the database keeps of a system's key. `caller` is who the bearer is."""

    key_id: str
    digest: bytes
    caller: Caller
    disabled: bool = False


KeyLookUp = Callable[[str], Awaitable[StoredKey | None]]
"""Finds a stored key by its id."""


def new_key() -> tuple[str, str, bytes]:
    """A fresh key: its id, the whole key to hand over once, and the digest to store.

    The secret has 256 random bits, so a plain SHA-256 is as good as a slow password hash.
    """
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return key_id, f"{PREFIX}_{key_id}_{secret}", digest_of(secret)


def digest_of(secret: str) -> bytes:
    """The digest under which a secret is stored."""
    return sha256(secret.encode()).digest()


async def prove(key: str, look_up: KeyLookUp) -> Caller:
    """Who the bearer of this key is.

    Raises:
        KeyInvalid: malformed, unknown, wrong or disabled; which of them is not told.
    """
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        raise KeyInvalid
    stored = await look_up(key_id)
    digest = digest_of(secret)
    if stored is None or not hmac.compare_digest(digest, stored.digest) or stored.disabled:
        raise KeyInvalid
    return stored.caller
