"""Sealing the personal fields of one case, and committing to them without revealing them."""

import hashlib
import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
_DOMAIN = b"lianxin/commitment/1\0"


class Sealed(NamedTuple):
    """A sealed field: the bytes for its column, the commitment for the log."""

    data: bytes
    commitment: str


class Unsealed(NamedTuple):
    """An opened field with its salt, as it travels to the next holder of the case."""

    text: str
    salt: bytes


class SealBroken(Exception):
    """These bytes were not sealed under this key for this field, or were altered."""


class CaseKey:
    """The key of one case (AES-256-GCM). It lives in memory only as long as a command or a read."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def seal(self, field: str, text: str, salt: bytes | None = None) -> Sealed:
        """Seal a text for the field of this name; it opens under the same name only.

        The salt is kept inside. It is new, unless the field comes with one from another node: then
        the commitments already in the log stay true.
        """
        value = text.encode()
        fresh = os.urandom(NONCE_BYTES + SALT_BYTES)
        nonce = fresh[:NONCE_BYTES]
        salted = salt or fresh[NONCE_BYTES:]
        data = nonce + self._cipher.encrypt(nonce, salted + value, field.encode())
        return Sealed(data, _commitment(field, value, salted))

    def open(self, field: str, data: bytes) -> str:
        """The text of a sealed field. Raises SealBroken."""
        return self.unseal(field, data).text

    def unseal(self, field: str, data: bytes) -> Unsealed:
        """The text with its salt, to be sealed again elsewhere. Raises SealBroken."""
        plain = self.open_bytes(field, data)
        return Unsealed(plain[SALT_BYTES:].decode(), plain[:SALT_BYTES])

    def seal_bytes(self, name: str, content: bytes) -> bytes:
        """Seal the content of an attachment."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open_bytes(self, name: str, data: bytes) -> bytes:
        """The content of a sealed attachment. Raises SealBroken."""
        try:
            return self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None


def commitment(field: str, text: str, salt: bytes) -> str:
    """What the log keeps of a personal field: 64 hex digits that bind the holder to the text.

    Whoever is shown text and salt can check it; without the salt nothing can be tried against it.
    """
    return _commitment(field, text.encode(), salt)


def _commitment(field: str, value: bytes, salt: bytes) -> str:
    name = field.encode()
    length = len(name).to_bytes(4, "big")
    return hashlib.sha256(_DOMAIN + length + name + salt + value).hexdigest()
