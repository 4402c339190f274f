"""The directory as intake knows it: from routing, from the stored copy, or from a file."""

import asyncio
from pathlib import Path

from intake.errors import DirectoryMissing
from intake.storage import directories
from kernel import logs
from kernel.directory import Directory, read_directory
from kernel.group_commit import Readers

_log = logs.get_logger()


class Guide:
    """Holds the newest directory; looking it up is free."""

    def __init__(self) -> None:
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
        content = await readers.run(directories.newest)
        if content is not None:
            self.take(read_directory(content))

    def published(self) -> None:
        """Routing has a new version: ask at once. Call on the event loop."""
        self.news.set()
