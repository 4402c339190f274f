"""Pieces in an object store: a folder of this machine, or S3."""

from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from intake.errors import StoreAway


class Pieces:
    """Bytes by path. What the store cannot do now is `StoreAway`."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def at(cls, url: str) -> "Pieces":
        """A folder that is there, or an address. Raises an error of obstore for a wrong one."""
        return cls(from_url(url) if "://" in url else LocalStore(Path(url)))

    async def put(self, path: str, content: bytes) -> None:
        """Store, in place of what was there. Raises StoreAway."""
        try:
            await obstore.put_async(self._store, path, content)
        except (BaseError, OSError) as error:
            raise StoreAway from error

    async def get(self, path: str) -> bytes:
        """What is stored. Raises StoreAway, also when it is lost."""
        try:
            found = await obstore.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except (BaseError, OSError) as error:
            raise StoreAway from error

    async def remove(self, path: str) -> None:
        """Remove it, if it is there. Raises StoreAway."""
        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreAway from error
