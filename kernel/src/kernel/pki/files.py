"""PEM files, written whole or not at all, keys for their owner only."""

import os
import secrets
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kernel.tokens import KeyFileExposed

SECRET, OPEN = 0o600, 0o644


def pem_of(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key as PEM (PKCS 8), without password."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in a file.

    Raises:
        KeyFileExposed: others than its owner may read it.
        ValueError: it holds no key of an elliptic curve.
    """
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise KeyFileExposed(f"{file} can be read by others: chmod 600 {file}")
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file} holds no key of an elliptic curve")  # noqa: TRY004 (a file, not an argument)
    return key


def write(file: Path, content: bytes, *, secret: bool = False) -> None:
    """Put a file in place, or in the place of the former; a reader sees either, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET if secret else OPEN)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
