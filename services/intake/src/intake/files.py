"""The store of attachments: encrypted pieces under the case's key, in a folder or in S3.

A file is named by case and content. Its pieces are objects of their own, so that an upload goes on
where it ended and nothing that is stored ever changes.
"""

import hashlib
from collections.abc import AsyncIterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from intake.errors import FileDamaged
from intake.vault import CaseVault
from kernel.sealing import Unopenable

if TYPE_CHECKING:
    from intake.pieces import Pieces

PIECE = 256 * 1024
"""Bytes of a piece; only the last one of a file is shorter."""


class Files:
    """Pieces of files by case, content and number."""

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def open(cls, url: str) -> "Files":
        """A folder, made where there is none, or an address such as `s3://bucket/path`."""
        files = cls(url)
        if "://" not in url:
            Path(url).mkdir(parents=True, exist_ok=True, mode=0o700)
        else:
            _ = files._pieces  # loaded at once: a wrong address must show at the start
        return files

    @cached_property
    def _pieces(self) -> "Pieces":
        """The store is loaded with the first file: a node without attachments saves 5 MB."""
        from intake.pieces import Pieces  # noqa: PLC0415 (as just said)

        return Pieces.at(self._url)

    async def put(self, vault: CaseVault, sha256: str, no: int, data: bytes) -> None:
        """Store one piece; one that was stored before is replaced by the same content.

        Raises:
            StoreAway: the store does not answer.
        """
        sealed = vault.key.seal(_name(sha256, no), data)
        await self._pieces.put(_path(vault.case_id, sha256, no), sealed)

    async def piece(self, vault: CaseVault, sha256: str, no: int) -> bytes:
        """One piece, opened.

        Raises:
            StoreAway: the store does not answer, or has lost it.
            FileDamaged: it is not what was stored.
        """
        sealed = await self._pieces.get(_path(vault.case_id, sha256, no))
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
            await self._pieces.remove(_path(case_id, sha256, no))


def _path(case_id: UUID, sha256: str, no: int) -> str:
    return f"{case_id}/{sha256}/{no:06d}"


def _name(sha256: str, no: int) -> str:
    return f"piece:{sha256}:{no}"
