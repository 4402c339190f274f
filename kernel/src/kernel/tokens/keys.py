"""The signing keys of a node: Ed25519, in a folder outside the database, made on first start.

The newest key signs; every key in the folder verifies, so that tokens outlive a rotation. All
services of a node share the folder.
"""

import os
import secrets
import stat
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SUFFIX = ".pem"
OWNER_ONLY = 0o600


class KeyFileExposed(Exception):
    """Others than the owner may read a key file; the message names the file and what to do."""


class KeyRing:
    """The keys of one folder. `open` it; the first opening makes the first key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, Ed25519PrivateKey] = {}
        self._stamp = 0

    @classmethod
    def open(cls, folder: Path) -> "KeyRing":
        """Read the folder; make it and a first key where there is none.

        Raises:
            KeyFileExposed: a key file can be read by others.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ring = cls(folder)
        ring._read()
        if not ring._keys:
            ring.rotate()
        return ring

    def signing(self) -> tuple[str, Ed25519PrivateKey]:
        """The key id and the key to sign with: the newest, also of those others made since."""
        self._look()
        kid = max(self._keys)
        return kid, self._keys[kid]

    def pair(self, kid: str) -> tuple[str, Ed25519PrivateKey]:
        """A certain key to sign with. Raises KeyError when it is not in the folder."""
        return kid, self._keys[kid]

    def public(self, kid: str) -> Ed25519PublicKey | None:
        """The key that verifies signatures of this id; None for one that is not in the folder."""
        self._look()
        key = self._keys.get(kid)
        return key.public_key() if key else None

    def public_bytes(self) -> dict[str, bytes]:
        """All public keys, 32 bytes each, by id: what neighbours of the node are given."""
        self._look()
        return {kid: key.public_key().public_bytes_raw() for kid, key in self._keys.items()}

    def rotate(self) -> str:
        """Make a new signing key and return its id; the former ones go on verifying."""
        kid = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(3)}"
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_secret(self._folder / f"{kid}{SUFFIX}", pem)
        self._read()
        return kid

    def retire(self, kid: str) -> None:
        """Forget a key: what it signed is refused from now on. The signing key stays.

        Raises:
            ValueError: this is the signing key; rotate first.
        """
        if kid == self.signing()[0]:
            raise ValueError("the signing key cannot be retired: rotate first")
        (self._folder / f"{kid}{SUFFIX}").unlink()
        self._read()

    def _look(self) -> None:
        """Read the folder again after a file came or went: the node's processes share it."""
        if self._folder.stat().st_mtime_ns != self._stamp:
            self._read()

    def _read(self) -> None:
        self._stamp = self._folder.stat().st_mtime_ns
        files = sorted(self._folder.glob(f"*{SUFFIX}"))
        self._keys = {file.name.removesuffix(SUFFIX): _load(file) for file in files}


def write_secret(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and never over another.

    Raises:
        FileExistsError: the file is there already.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    finally:
        draft.unlink()


def _load(file: Path) -> Ed25519PrivateKey:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise KeyFileExposed(f"{file} can be read by others: chmod 600 {file}")
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file} holds no Ed25519 key")
    return key
