"""Whether the disk of a nats-server was full and has room again.

A nats-server that cannot store for want of room gives its streams up and goes on without them until
it is started again, however much room there is by then.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

FULL = 1 << 20
ENOUGH = 16 << 20
"""Bytes that are free."""


@dataclass(slots=True)
class Room:
    """What was seen of the disk that a folder is on."""

    folder: Path
    _was_full: bool = False

    def came_back(self) -> bool:
        """Whether it was full at an earlier look and is no more; said once. Raises OSError."""
        free = shutil.disk_usage(self.folder).free
        if free < FULL:
            self._was_full = True
        elif self._was_full and free >= ENOUGH:
            self._was_full = False
            return True
        return False
