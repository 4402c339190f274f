"""What lies in a backup and how it is proven to be whole."""

import hashlib
from datetime import datetime
from pathlib import Path

import msgspec

FILE = "backup.json"
CHUNK = 1 << 20


class ManifestInvalid(Exception):
    """The folder is no whole backup; the text names the file that is missing or altered."""


class Kept(msgspec.Struct, frozen=True):
    """One copy: the moment it was begun, its size in bytes, SHA-256 in hexadecimal."""

    service: str
    kind: str
    file: str
    at: datetime
    size: int
    sha256: str

    @classmethod
    def of(cls, service: str, kind: str, file: Path, at: datetime) -> "Kept":
        """What is to be said of a copy that was just made."""
        return cls(service, kind, file.name, at, file.stat().st_size, digest(file))


class Manifest(msgspec.Struct, frozen=True):
    """One backup of one node."""

    node: str
    at: datetime
    copies: list[Kept]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """That of a backup whose copies are all there and as they were made.

        Raises:
            ManifestInvalid: as it says.
        """
        try:
            found = msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError):
            raise ManifestInvalid(FILE) from None
        for copy in found.copies:
            _check(folder / copy.file, copy)
        return found

    def write(self, folder: Path) -> None:
        """Write it beside the copies."""
        (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))

    def copy_of(self, service: str) -> Kept:
        """That of a service. Raises ManifestInvalid."""
        for copy in self.copies:
            if copy.service == service:
                return copy
        raise ManifestInvalid(service)


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def _check(file: Path, copy: Kept) -> None:
    if not file.is_file() or file.name != copy.file or digest(file) != copy.sha256:
        raise ManifestInvalid(copy.file)
