"""A unit's worklist as it changes: a snapshot first, then what arrives, changes and leaves."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from kernel.clock import Clock
from kernel.group_commit import Committed, Writer
from kernel.identity import Caller
from routing.exchange.bridge import Bridge
from routing.storage import worklist
from routing.storage.worklist import Values

ALIVE_S = 15.0
LOOK_S = 2.0
"""Another replica's commits are seen at the latest after this time."""
PAUSE_S = 0.2
"""A busy unit's changes are told together."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Change:
    """snapshot, arrived, changed, left or alive; `row` is None for the last two."""

    kind: str
    case_id: UUID | None = None
    row: Values | None = None


class Stirred:
    """Set after each commit of this process's writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        self._writer.on_commit.append(self._committed)
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.on_commit.remove(self._committed)

    async def wait(self, seconds: float) -> None:
        """Until the next commit, or so many seconds."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._event.clear()

    def _committed(self, commit: Committed) -> None:
        if commit.links:
            self._loop.call_soon_threadsafe(self._event.set)


async def watch(bridge: Bridge, clock: Clock, caller: Caller, unit: str) -> AsyncIterator[Change]:
    """What the caller may know of a unit's worklist, for ever. Cancel it to end it."""
    known: dict[UUID, int] = {}
    first, told_at = True, asyncio.get_running_loop().time()
    with Stirred(bridge.writer) as stirred:
        while True:
            now = clock.now()
            current = await bridge.read(worklist.versions, caller, unit, now)
            changes = [c async for c in _differences(bridge, caller, known, current, now)]
            for change in changes:
                yield Change("snapshot", change.case_id, change.row) if first else change
            time = asyncio.get_running_loop().time()
            if changes:
                told_at = time
            elif first or time - told_at >= ALIVE_S:
                told_at = time
                yield Change("alive")
            known, first = current, False
            await stirred.wait(LOOK_S)
            await asyncio.sleep(PAUSE_S)


async def _differences(
    bridge: Bridge,
    caller: Caller,
    known: dict[UUID, int],
    current: dict[UUID, int],
    now: Any,
) -> AsyncIterator[Change]:
    for case_id in known.keys() - current.keys():
        yield Change("left", case_id)
    moved = [case_id for case_id, version in current.items() if known.get(case_id) != version]
    for start in range(0, len(moved), BATCH):
        batch = moved[start : start + BATCH]
        rows = await bridge.read(worklist.lines, caller, batch, now)
        for case_id, row in rows.items():
            yield Change("changed" if case_id in known else "arrived", case_id, row)
