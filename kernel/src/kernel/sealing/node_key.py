"""The node's key: 32 bytes in a file outside the database, made on first start, owner only."""

import hashlib
import hmac
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from kernel.sealing.cases import CaseKey
from kernel.sealing.cipher import KEY_BYTES, Cipher, Unopenable
from kernel.sealing.randomness import random_bytes
from kernel.tokens.keys import KeyFileExposed, write_secret

SUFFIX = ".seal"
WRAP = b"case_key"


class NodeKey:
    """The keys of one folder: the newest seals, every one of them opens what it sealed.

    Whoever backs up the databases backs up this folder too, apart from them: without it every
    personal field is lost.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: Cipher(_derived(key, b"seal")) for key_id, key in keys.items()}
        self._newest = max(keys)
        self._blinding = _derived(keys[min(keys)], b"blind")

    @classmethod
    def load(cls, folder: Path) -> "NodeKey":
        """Read the folder; make it and a first key where there is none.

        Raises:
            KeyFileExposed: a key file can be read by others.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not list(folder.glob(f"*{SUFFIX}")):
            rotate(folder)
        return cls({file.stem: _read(file) for file in folder.glob(f"*{SUFFIX}")})

    @property
    def key_id(self) -> str:
        """Id of the key that seals now."""
        return self._newest

    def new_case(self, case_id: UUID) -> CaseKey:
        """A fresh key for a case; its `row` is to be inserted into `case_key`."""
        key = random_bytes(KEY_BYTES)
        wrapped = self._ciphers[self._newest].seal(key, WRAP + case_id.bytes)
        row = {"case_id": case_id, "wrapped": wrapped, "key_id": self._newest}
        return CaseKey(case_id, key, row)

    def rewrapped(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a row of `case_key` with the same key wrapped under the newest.

        Raises:
            Unopenable: as `of_case`.
        """
        case_id: UUID = row["case_id"]
        key = self._unwrapped(row)
        wrapped = self._ciphers[self._newest].seal(key, WRAP + case_id.bytes)
        return {"wrapped": wrapped, "key_id": self._newest}

    def of_case(self, row: Mapping[str, Any]) -> CaseKey:
        """The key of a row of `case_key`.

        Raises:
            Unopenable: wrapped under a key that is not in the folder, or altered.
        """
        return CaseKey(row["case_id"], self._unwrapped(row), row)

    def _unwrapped(self, row: Mapping[str, Any]) -> bytes:
        cipher = self._ciphers.get(row["key_id"])
        if cipher is None or row["wrapped"] is None:
            raise Unopenable
        case_id: UUID = row["case_id"]
        return cipher.open(row["wrapped"], WRAP + case_id.bytes)

    def seal(self, name: str, data: bytes) -> bytes:
        """Ciphertext of something that belongs to no case."""
        return self._newest.encode() + b"\0" + self._ciphers[self._newest].seal(data, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """What was sealed, also under a former key. Raises Unopenable."""
        key_id, _, rest = sealed.partition(b"\0")
        cipher = self._ciphers.get(key_id.decode(errors="replace"))
        if cipher is None:
            raise Unopenable
        return cipher.open(rest, name.encode())

    def blind(self, kind: str, value: str) -> bytes:
        """What a value is found by without being kept: the same for the same value on this node.

        It survives a rotation, since it hangs on the oldest key of the folder.
        """
        return hmac.digest(self._blinding, f"{kind}\0{value}".encode(), hashlib.sha256)


def rotate(folder: Path) -> str:
    """Make a new key, which seals from the next opening on; the former ones stay."""
    key_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    write_secret(folder / f"{key_id}{SUFFIX}", os.urandom(KEY_BYTES))
    return key_id


def _read(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise KeyFileExposed(f"{file} can be read by others: chmod 600 {file}")
    return file.read_bytes()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"lianxin\0" + purpose, hashlib.sha256)
