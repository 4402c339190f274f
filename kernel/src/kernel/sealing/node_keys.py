"""The keys of a node: they wrap the keys of its cases and blind its search values."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.sealing.case_key import KEY_BYTES, NONCE_BYTES, CaseKey

OWNER_ONLY = 0o600
BLIND_BYTES = 16
_INDEX = "index.key"
_SUFFIX = ".wrap.key"


class NodeKeyUnknown(Exception):
    """A case key is wrapped under a node key whose file is not here: restore it from its backup."""


class NodeKeys:
    """The key files of one node, in a directory kept and backed up apart from its databases.

    The newest wrapping key wraps new case keys; older ones open what they wrapped until
    `CaseKeys.rewrap` has gone through. The index key stays: blinded values are compared for years.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        if not (directory / _INDEX).exists():
            _write_new(directory / _INDEX)
        self._index = (directory / _INDEX).read_bytes()
        self._wrapping = {
            file.name.removesuffix(_SUFFIX): AESGCM(file.read_bytes())
            for file in directory.glob(f"*{_SUFFIX}")
        }
        if not self._wrapping:
            self.rotate()

    @property
    def current(self) -> str:
        """The id of the key that wraps new case keys."""
        return max(self._wrapping)

    def rotate(self) -> str:
        """Make a new wrapping key and use it from now on; answers its id."""
        number = int(self.current.partition("-")[0]) + 1 if self._wrapping else 1
        key_id = f"{number:06}-{secrets.token_hex(4)}"
        file = self._directory / f"{key_id}{_SUFFIX}"
        _write_new(file)
        self._wrapping[key_id] = AESGCM(file.read_bytes())
        return key_id

    def new_case_key(self, case_id: UUID) -> tuple[CaseKey, bytes]:
        """A new key for a case, and the same wrapped under the current node key."""
        secret = os.urandom(KEY_BYTES)
        return CaseKey(secret), self._wrap(case_id, secret)

    def unwrap(self, case_id: UUID, key_id: str, wrapped: bytes) -> CaseKey:
        """The key of a case. Raises NodeKeyUnknown when the node key's file is missing."""
        return CaseKey(self._secret(case_id, key_id, wrapped))

    def rewrap(self, case_id: UUID, key_id: str, wrapped: bytes) -> bytes:
        """The same case key, wrapped under the current node key."""
        return self._wrap(case_id, self._secret(case_id, key_id, wrapped))

    def blind(self, kind: str, value: str) -> bytes:
        """16 bytes that are equal for equal values of a kind, and tell nothing without the key."""
        message = kind.encode() + b"\0" + value.encode()
        return hmac.digest(self._index, message, hashlib.sha256)[:BLIND_BYTES]

    def _wrap(self, case_id: UUID, secret: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping[self.current].encrypt(nonce, secret, case_id.bytes)

    def _secret(self, case_id: UUID, key_id: str, wrapped: bytes) -> bytes:
        cipher = self._wrapping.get(key_id)
        if cipher is None:
            raise NodeKeyUnknown(key_id)
        return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], case_id.bytes)


def _write_new(file: Path) -> None:
    """Write 32 random bytes, readable by the owner only and on the disk before they are used."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as out:
        out.write(os.urandom(KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    folder = os.open(file.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
