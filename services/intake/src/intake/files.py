"""The store of attachments: encrypted pieces under the case's key, in a folder or in S3.

A file is named by case and content. Its pieces are objects of their own, so that an upload goes on
where it ended and nothing that is stored ever changes.
"""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from intake.errors import FileDamaged, StoreAway
from intake.vault import CaseVault
from kernel.sealing import Unopenable

PIECE = 256 * 1024
"""Bytes of a piece; only the last one of a file is shorter."""


class Files:
    """Pieces of files by case, content and number."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str) -> "Files":
        """A folder, made where there is none, or an address such as `s3://bucket/path`."""
        if "://" in url:
            return cls(from_url(url))
        folder = Path(url)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(folder))

    async def put(self, vault: CaseVault, sha256: str, no: int, data: bytes) -> None:
        """Store one piece; one that was stored before is replaced by the same content.

        Raises:
            StoreAway: the store does not answer.
        """
        sealed = vault.key.seal(_name(sha256, no), data)
        try:
            await obstore.put_async(self._store, _path(vault.case_id, sha256, no), sealed)
        except (BaseError, OSError) as error:
            raise StoreAway from error

    async def piece(self, vault: CaseVault, sha256: str, no: int) -> bytes:
        """One piece, opened.

        Raises:
            StoreAway: the store does not answer, or has lost it.
            FileDamaged: it is not what was stored.
        """
        try:
            found = await obstore.get_async(self._store, _path(vault.case_id, sha256, no))
            sealed = bytes(await found.bytes_async())
        except (BaseError, OSError) as error:
            raise StoreAway from error
        try:
            return vault.key.open(_name(sha256, no), sealed)
        except Unopenable:
            raise FileDamaged from None

    async def pieces(
        self, vault: CaseVault, sha256: str, size: int, first: int = 0
    ) -> AsyncIterator[bytes]:
        """The pieces of a whole file from a number on."""
        for no in range(first, -(-size // PIECE)):
            yield await self.piece(vault, sha256, no)

    async def is_whole(self, vault: CaseVault, sha256: str, size: int) -> bool:
        """Whether what is stored is the file that its hash names."""
        digest = hashlib.sha256()
        async for data in self.pieces(vault, sha256, size):
            digest.update(data)
        return digest.hexdigest() == sha256

    async def remove(self, case_id: UUID, sha256: str, size: int) -> None:
        """Remove the pieces of an upload that came to nothing."""
        for no in range(-(-size // PIECE)):
            try:
                await obstore.delete_async(self._store, _path(case_id, sha256, no))
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise StoreAway from error


def _path(case_id: UUID, sha256: str, no: int) -> str:
    return f"{case_id}/{sha256}/{no:06d}"


def _name(sha256: str, no: int) -> str:
    return f"piece:{sha256}:{no}"
