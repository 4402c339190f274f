"""The files: one with the incarnation, one witness for each service. Each write is synced."""

import asyncio
import contextlib
import fcntl
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from kernel.ids import new_id

MODE = 0o600
FIRST_START, RESTORED = "first start", "restored"
"""Why a life began."""
WITNESS_FORM = re.compile(rb"(\d{20}) (\d{20}) (\d{10})\n")


@dataclass(frozen=True, slots=True)
class Incarnation:
    """One life of the node, from its first start or a restore to the next restore."""

    number: int
    id: UUID
    begun_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class IncarnationFile:
    """`incarnation.json` in the node's own directory, shared by its services."""

    directory: Path

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.directory / "incarnation.json"

    def current(self) -> Incarnation | None:
        """The incarnation now, or None when the node never started with this directory.

        Raises ValueError when the file is there and cannot be read: nobody should guess then.
        """
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Incarnation(
            int(kept["number"]),
            UUID(kept["id"]),
            datetime.fromisoformat(kept["begun_at"]),
            kept["reason"],
        )

    def begin_new(
        self, *, now: datetime, reason: str, above: int = 0, share: bool = False
    ) -> Incarnation:
        """Begin a new incarnation with a number higher than this node's last and than `above`.

        `above` is the highest number that a database or a peer has seen of this node. With `share`
        a life above it that another service has just begun is taken instead.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._alone():
            before = self.current()
            if share and before is not None and before.number > above:
                return before
            number = max(before.number if before else 0, above) + 1
            fresh = Incarnation(number, new_id(), now, reason)
            self._write(fresh)
        return fresh

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Services of one node may start at the same moment."""
        handle = os.open(self.directory / "incarnation.lock", os.O_RDWR | os.O_CREAT, MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, incarnation: Incarnation) -> None:
        text = json.dumps(
            {
                "number": incarnation.number,
                "id": str(incarnation.id),
                "begun_at": incarnation.begun_at.isoformat(),
                "reason": incarnation.reason,
            }
        )
        fresh = self.path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        _sync_directory(self.directory)


@dataclass(frozen=True, slots=True, order=True)
class WitnessState:
    """The highest outbox row that may have left the node, and in which incarnation."""

    incarnation: int
    seq: int


class Witness:
    """`witness-<service>`: written before a number leaves the node, so never behind a peer.

    A torn or damaged file reads as none, which makes the next start a new incarnation: safe.
    Replicas of the service write one file; whoever writes holds its lock and never lowers it.
    """

    def __init__(self, directory: Path, service: str) -> None:
        self.path = directory / f"witness-{service}"
        self._state = self.read()
        self._lock = asyncio.Lock()

    @property
    def state(self) -> WitnessState | None:
        """What was last written or found."""
        return self._state

    def read(self) -> WitnessState | None:
        """What the file says, or None."""
        try:
            handle = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            return _stated(handle)
        finally:
            os.close(handle)

    async def raise_to(self, incarnation: int, seq: int) -> None:
        """Return once it is durable that row `seq` may be known to others; never lowers it.

        Callers that come while a write is under way share the next one.
        """
        if self._reaches(incarnation, seq):
            return
        async with self._lock:
            if not self._reaches(incarnation, seq):
                await asyncio.to_thread(self.write, WitnessState(incarnation, seq))

    def write(self, state: WitnessState) -> None:
        """Write and sync, unless it says as much. A new incarnation may begin lower."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._state = _raised(handle, state)
        finally:
            os.close(handle)
        if new:
            _sync_directory(self.path.parent)

    def _reaches(self, incarnation: int, seq: int) -> bool:
        return self._state is not None and self._state >= WitnessState(incarnation, seq)


def _stated(handle: int) -> WitnessState | None:
    """What an open witness says; None when it is damaged."""
    found = WITNESS_FORM.fullmatch(os.pread(handle, 4096, 0))
    if found is None or zlib.crc32(found[0][:41]) != int(found[3]):
        return None
    return WitnessState(int(found[1]), int(found[2]))


def _raised(handle: int, state: WitnessState) -> WitnessState:
    """Write what is higher: the state, or what another replica has written meanwhile."""
    kept = _stated(handle)
    if kept is not None and kept >= state:
        return kept
    numbers = f"{state.incarnation:020d} {state.seq:020d}".encode()
    os.pwrite(handle, numbers + f" {zlib.crc32(numbers):010d}\n".encode(), 0)
    os.fsync(handle)
    return state


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
