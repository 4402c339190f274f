"""Sealed matters (检举控告): only the receiving body can read what the registering clerk took down.

HPKE (RFC 9180) in its base mode: X25519, HKDF-SHA256, AES-256-GCM. The sender keeps nothing that
could open the box again.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"lianxin/sealed-matter/1\0"


class BoxInvalid(Exception):
    """This box was not sealed to this key in this context, or was altered."""


class BoxKey:
    """The private key of a receiving body (纪检监察 and the like), kept by that body only."""

    def __init__(self, private: bytes | None = None) -> None:
        """Take 32 bytes that `private` gave before, or make a new key."""
        self._key = (
            X25519PrivateKey.from_private_bytes(private) if private else X25519PrivateKey.generate()
        )

    @property
    def private(self) -> bytes:
        """The 32 bytes to keep secret."""
        return self._key.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """The 32 bytes for the directory: anybody may seal to them."""
        return self._key.public_key().public_bytes_raw()

    def open(self, box: bytes, context: str) -> bytes:
        """What was sealed under this context (the matter's id). Raises BoxInvalid."""
        try:
            return _SUITE.decrypt(box, self._key, _INFO + context.encode())
        except (InvalidTag, ValueError):
            raise BoxInvalid from None


def seal_to(public: bytes, content: bytes, context: str) -> bytes:
    """Seal content to a receiving body; `context` names the matter and must be given to open it.

    Raises ValueError when `public` is no X25519 key.
    """
    return _SUITE.encrypt(
        content, X25519PublicKey.from_public_bytes(public), _INFO + context.encode()
    )
