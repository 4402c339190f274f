"""The directory as a service knows it: from routing, from the stored copy, or from a file."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection, Table

from kernel import logs
from kernel.directory import Directory, read_directory
from kernel.errors import NotReady
from kernel.group_commit import Readers
from kernel.service.copies import newest

_log = logs.get_logger()


class DirectoryMissing(NotReady):
    """No directory has reached this node yet."""

    reason = "DIRECTORY_MISSING"


class Guide:
    """Holds the newest directory; looking it up is free."""

    def __init__(self, copy: Table) -> None:
        self._copy = copy
        self._directory: Directory | None = None
        self.news = asyncio.Event()

    def current(self) -> Directory:
        """The directory in force. Raises DirectoryMissing while there is none."""
        if self._directory is None:
            raise DirectoryMissing
        return self._directory

    @property
    def version(self) -> int:
        """Its version; 0 while there is none."""
        return 0 if self._directory is None else self._directory.version

    def take(self, directory: Directory) -> bool:
        """Go by this directory from now on, if it is newer. Answers whether it was."""
        if directory.version <= self.version:
            return False
        self._directory = directory
        _log.info("directory_taken", version=directory.version)
        return True

    def take_file(self, file: Path) -> None:
        """Read a directory file. Raises DirectoryInvalid."""
        self.take(read_directory(file.read_bytes()))

    async def take_copy(self, readers: Readers) -> None:
        """Go by the copy of an earlier day, so that a start needs nobody else."""
        content = await readers.run(self._kept)
        if content is not None:
            self.take(read_directory(content))

    def _kept(self, connection: Connection) -> bytes | None:
        content = connection.execute(newest(self._copy)).scalar()
        return None if content is None else bytes(content)

    def published(self) -> None:
        """Routing has a new version: ask at once. Call on the event loop."""
        self.news.set()
