"""Sealing to a public key (X25519): who sealed cannot open again. For 检举控告."""

import base64
import binascii
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.sealing.cipher import KEY_BYTES, Cipher, Unopenable

NAME = b"lianxin sealed matter 1"
PUBLIC_BYTES = 32


def seal_to(public_key: str, data: bytes) -> bytes:
    """Ciphertext that only the holder of the private key opens. `public_key` is base64.

    A fresh key pair is made for each message and its private half forgotten.

    Raises:
        ValueError: no such public key.
    """
    recipient = X25519PublicKey.from_public_bytes(_decoded(public_key))
    once = X25519PrivateKey.generate()
    public = once.public_key().public_bytes_raw()
    cipher = Cipher(_shared(once.exchange(recipient), public + recipient.public_bytes_raw()))
    return public + cipher.seal(data, NAME)


def open_with(private_key: bytes, sealed: bytes) -> bytes:
    """What was sealed to the public half of this private key (32 bytes). Raises Unopenable."""
    own = X25519PrivateKey.from_private_bytes(private_key)
    if len(sealed) < PUBLIC_BYTES:
        raise Unopenable
    public = sealed[:PUBLIC_BYTES]
    shared = own.exchange(X25519PublicKey.from_public_bytes(public))
    cipher = Cipher(_shared(shared, public + own.public_key().public_bytes_raw()))
    return cipher.open(sealed[PUBLIC_BYTES:], NAME)


def new_private_key() -> bytes:
    """32 bytes that belong on the receiving body's own medium, not on a node."""
    return os.urandom(KEY_BYTES)


def public_key_of(private_key: bytes) -> str:
    """The public half, base64, as the directory publishes it."""
    own = X25519PrivateKey.from_private_bytes(private_key)
    return base64.b64encode(own.public_key().public_bytes_raw()).decode()


def _decoded(public_key: str) -> bytes:
    try:
        return base64.b64decode(public_key, validate=True)
    except binascii.Error:
        raise ValueError("a public key is base64") from None


def _shared(secret: bytes, context: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=NAME + context).derive(secret)
