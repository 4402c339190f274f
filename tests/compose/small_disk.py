"""A volume of the stack on a disk of its own that is small enough to be filled.

The volume's folder on the Docker host is covered with a file system in memory that holds the same
files. That needs an engine on this machine and the right to mount.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .stack import Stack

CHUNK = 1 << 20


def what_is_missing() -> str:
    """Why no disk can be made small here; empty when it can."""
    return "" if os.geteuid() == 0 else "only root may mount a small disk"


@dataclass(frozen=True)
class SmallDisk:
    """A mounted volume and the file that takes up its room."""

    folder: Path

    @property
    def ballast(self) -> Path:
        """What fills it."""
        return self.folder / "ballast"

    def fill(self) -> None:
        """Take up every byte that is left."""
        with self.ballast.open("wb", buffering=0) as file:
            size = CHUNK
            while size:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2

    def free(self) -> None:
        """Give the room back."""
        self.ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(stack: Stack, service: str, volume: str, size: str) -> Iterator[SmallDisk]:
    """The volume on a disk of this size; what was written stays when the disk goes.

    The service that uses it is stopped for the change at both ends.
    """
    shown = stack.docker("volume", "inspect", f"{stack.project}_{volume}")
    folder = Path(json.loads(shown)[0]["Mountpoint"])
    kept = Path(tempfile.mkdtemp(prefix="volume"))
    stack.stop(service)
    _copy(folder, kept)
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        _copy(kept, folder)
        stack.start(service)
        stack.until_well(service)
        yield SmallDisk(folder)
    finally:
        stack.stop(service)
        shutil.rmtree(kept)
        kept.mkdir()
        _copy(folder, kept)
        _run("umount", str(folder))
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        _copy(kept, folder)
        shutil.rmtree(kept)
        stack.start(service)
        stack.until_well(service)


def _copy(source: Path, target: Path) -> None:
    _run("cp", "--archive", f"{source}/.", str(target))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)
