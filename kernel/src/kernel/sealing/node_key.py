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

    def __init__(self, keys: Mapping[str, bytes], folder: Path | None = None) -> None:
        self._folder = folder
        self._stamp = _stamp(folder)
        self._blinding = _derived(keys[min(keys)], b"blind")
        self._take(keys)

    def _take(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {key_id: Cipher(_derived(key, b"seal")) for key_id, key in keys.items()}
        self._newest = max(keys)

    @classmethod
    def load(cls, folder: Path) -> "NodeKey":
        """Read the folder; make it and a first key where there is none.

        Raises:
            KeyFileExposed: a key file can be read by others.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not list(folder.glob(f"*{SUFFIX}")):
            rotate(folder)
        return cls(_read_all(folder), folder)

    def look(self) -> None:
        """Take what was added to the folder since: the newest key seals from now on.

        Raises:
            KeyFileExposed: as `load`.
        """
        stamp = _stamp(self._folder)
        if self._folder is not None and stamp != self._stamp:
            self._take(_read_all(self._folder))
            self._stamp = stamp

    def _cipher(self, key_id: str) -> Cipher:
        """The cipher of a key; one that another process of the node made is looked for."""
        if key_id not in self._ciphers:
            self.look()
        if key_id not in self._ciphers:
            raise Unopenable
        return self._ciphers[key_id]

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
        if row["wrapped"] is None:
            raise Unopenable
        cipher = self._cipher(row["key_id"])
        case_id: UUID = row["case_id"]
        return cipher.open(row["wrapped"], WRAP + case_id.bytes)

    def seal(self, name: str, data: bytes) -> bytes:
        """Ciphertext of something that belongs to no case."""
        return self._newest.encode() + b"\0" + self._ciphers[self._newest].seal(data, name.encode())

    def open(self, name: str, sealed: bytes) -> bytes:
        """What was sealed, also under a former key. Raises Unopenable."""
        key_id, _, rest = sealed.partition(b"\0")
        return self._cipher(key_id.decode(errors="replace")).open(rest, name.encode())

    def blind(self, kind: str, value: str) -> bytes:
        """What a value is found by without being kept: the same for the same value on this node.

        It survives a rotation, since it hangs on the oldest key of the folder.
        """
        return hmac.digest(self._blinding, f"{kind}\0{value}".encode(), hashlib.sha256)


def rotate(folder: Path) -> str:
    """Make a new key, which seals as soon as a process looks; the former ones stay."""
    key_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    write_secret(folder / f"{key_id}{SUFFIX}", os.urandom(KEY_BYTES))
    return key_id


def _stamp(folder: Path | None) -> int:
    """Another number whenever a file was added to the folder or taken from it."""
    return 0 if folder is None else folder.stat().st_mtime_ns


def _read_all(folder: Path) -> dict[str, bytes]:
    return {file.stem: _read(file) for file in folder.glob(f"*{SUFFIX}")}


def _read(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise KeyFileExposed(f"{file} can be read by others: chmod 600 {file}")
    return file.read_bytes()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"lianxin\0" + purpose, hashlib.sha256)
