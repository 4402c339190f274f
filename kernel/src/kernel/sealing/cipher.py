"""AES-256-GCM with a random nonce in front, and the name of the field as associated data."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.sealing.randomness import random_bytes

KEY_BYTES, NONCE_BYTES = 32, 12


class Unopenable(Exception):
    """Ciphertext that this key or this field name does not open: altered, moved or of another."""


class Cipher:
    """Seals and opens under one key.

    With random nonces a key is good for 2³² messages; a case has thousands at most.
    """

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, data: bytes, name: bytes) -> bytes:
        """Ciphertext that opens under the same name only."""
        nonce = random_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, name)

    def open(self, sealed: bytes, name: bytes) -> bytes:
        """The data. Raises Unopenable."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)
        except (InvalidTag, ValueError):
            raise Unopenable from None
