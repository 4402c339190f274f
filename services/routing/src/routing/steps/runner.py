"""Runs the steps that hand-overs owe, each hand-over by itself, and the errands beside them."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from kernel.group_commit import Committed
from routing.commands.handover import TryFailed
from routing.domain.words import Direction, Row, Side
from routing.handlers.handover import answering
from routing.steps import measures, sending, taking
from routing.steps.errands import Errands
from routing.steps.failure import reason_of
from routing.steps.ground import Ground, Step
from routing.storage import handoffs, peers, waits
from routing.storage.owed import Errand

log = structlog.get_logger(__name__)
BATCH = 64
AT_ONCE = 32
"""Hand-overs worked on at once over the link to the parent, and as many beside it: a parent that
does not answer holds up nothing but what goes to it or comes from it."""
POLL_S = 0.5
FIRST_S, LONGEST_S = 0.2, 30.0
TOO_LONG = 20
"""Tries after which a hand-over shows as stuck; it is still tried."""
Values = Mapping[str, Any]

STEPS: dict[str, Step] = {
    Row.RELEASING: sending.let_go,
    Row.KEPT: sending.keep,
    Row.VOID: sending.keep,
    Row.RECALLED: sending.keep,
    Row.REFUSED: sending.keep,
    Row.RECALLING: sending.cancel,
    Row.DELIVERED: sending.push_files,
    Row.WANT: taking.claim,
    Row.RECEIVED: taking.settle,
}


def step_for(row: Values) -> Step | None:
    """What a row owes now; None for one that waits for the peer."""
    if row["state"] in {Row.OFFERED, Row.AGAIN}:
        ways: dict[str, Step] = {Direction.UP: sending.deliver, Direction.LOCAL: taking.settle}
        return ways.get(row["direction"])
    return STEPS.get(row["state"])


def over_parent_link(row: Values) -> bool:
    """Whether the parent has a part in a hand-over: it goes up, or came down from there."""
    if row["direction"] == Direction.UP:
        return bool(row["side"] != Side.RECEIVER)
    return bool(row["direction"] == Direction.DOWN and row["side"] == Side.RECEIVER)


@dataclass(frozen=True, slots=True)
class _Owed:
    """One look at what is owed."""

    rows: Sequence[Values]
    errands: Errands


class Runner:
    """Makes each step as soon as the commit that owes it is durable; never gives up on any.

    What it was not told of (by a replica, before a restart) and what is to be tried again it finds
    by looking twice a second.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stir = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._thawed = False
        self._news: dict[UUID, Values] = {}
        self._busy: set[UUID] = set()
        self._errands = False
        self._slots = {calls: asyncio.Semaphore(AT_ONCE) for calls in (True, False)}
        self.retries = 0

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()

        def committed(commit: Committed) -> None:
            if commit.notes:
                loop.call_soon_threadsafe(self._hear, commit.notes)

        self._busy.clear()  # a task that was ended before it began never said that it is over
        self._errands = False
        self._ground.writer.on_commit.append(committed)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                while True:
                    self._stir.clear()
                    await self._look()
                    await self._wait()
        finally:
            self._tasks = None
            self._ground.writer.on_commit.remove(committed)

    async def round(self) -> bool:
        """One look, and everything that is owed done once; True when something was done."""
        found = await self._ground.readers.run(self._owed)
        if found is None:
            return False
        done = await asyncio.gather(*map(self.step, found.rows))
        return await found.errands.run(self._ground) or any(done)

    async def do_errands(self) -> bool:
        """Open arrived letters, pursue orders, end grants. True when something was done."""
        now = self._ground.clock.now()
        errands = await self._ground.readers.run(lambda c: Errands.look(c, now, BATCH))
        return await errands.run(self._ground)

    async def step(self, row: Values) -> bool:
        """Make the step a hand-over owes; a failure is noted and the step stays owed."""
        step = step_for(row)
        if step is None:
            return False
        try:
            async with self._slots[over_parent_link(row)]:
                await step(self._ground, row)
        except Exception as error:  # noqa: BLE001 (whatever it is, the step stays owed and shown)
            await self._failed(row, error)
        return True

    # What commits have left behind, on the event loop.

    def _hear(self, notes: Iterable[object]) -> None:
        for note in notes:
            if isinstance(note, handoffs.Moved):
                self._news[note.row["handoff_id"]] = note.row
                self._begin(note.row)
            elif isinstance(note, Errand):
                self._stir.set()

    def _begin(self, row: Values) -> None:
        """Start on a hand-over, unless somebody is at it, who will see the news."""
        key = row["handoff_id"]
        if key in self._busy:
            return
        self._news.pop(key, None)
        if not self._thawed or self._tasks is None or not row["active"]:
            return
        late = (row["next_try_at"] - self._ground.clock.now()).total_seconds()
        if 0 < late <= waits.LONGEST.total_seconds():  # else the clock was set back meanwhile
            asyncio.get_running_loop().call_later(late, self._stir.set)
            return
        self._busy.add(key)
        self._tasks.create_task(self._pursue(row), name=f"handover {key}")

    async def _pursue(self, row: Values) -> None:
        """Step after step, until the hand-over owes nothing more for now."""
        key = row["handoff_id"]
        try:
            await self.step(row)
        finally:
            self._busy.discard(key)
        if key in self._news:
            self._begin(self._news[key])

    # Looking, for what nobody told of.

    async def _look(self) -> None:
        """Start on everything that is due. A node that was restored does nothing yet."""
        found = await self._ground.readers.run(self._owed)
        self._thawed = found is not None
        if found is None:
            return
        for row in found.rows:
            self._begin(row)
        if not self._errands and self._tasks is not None:
            self._errands = True
            self._tasks.create_task(self._run(found.errands), name="errands")

    async def _run(self, errands: Errands) -> None:
        try:
            if await errands.run(self._ground):
                self._stir.set()
        finally:
            self._errands = False

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._stir.wait()
        except TimeoutError:
            return

    def _owed(self, connection: Any) -> _Owed | None:
        """Everything that is owed, seen at once; None while the node is frozen."""
        now = self._ground.clock.now()
        if peers.is_frozen(connection):
            return None
        rows = handoffs.due(connection, now, BATCH)
        return _Owed(rows, Errands.look(connection, now, BATCH))

    async def _failed(self, row: Values, error: Exception) -> None:
        self.retries += 1
        tries = row["tries"] + 1
        longest = min(LONGEST_S, FIRST_S * 2 ** min(tries, 12))
        wait = timedelta(seconds=longest * random.uniform(0.5, 1.0))  # noqa: S311 (jitter)
        reason = reason_of(error)
        measures.failed(row, reason)
        level = log.error if tries == TOO_LONG else log.info
        level(
            "step_failed",
            handoff_id=str(row["handoff_id"]),
            state=row["state"],
            reason=reason,
            tries=tries,
        )
        command = TryFailed(row["handoff_id"], reason, self._ground.clock.now() + wait)
        await self._ground.write(_note_failure, command, str(row["case_id"]))


def _note_failure(uow: Any, command: TryFailed) -> None:
    answering.note_failure(uow, command)
