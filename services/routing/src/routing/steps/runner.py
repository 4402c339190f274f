"""Runs the steps that are owed: hand-overs, arrived letters, ordered hand-overs, ended grants."""

import asyncio
import random
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from kernel.errors import Refusal
from routing.commands.handover import TryFailed
from routing.domain.words import Direction, Row
from routing.handlers import letter_box
from routing.handlers.handover import answering, intents
from routing.steps import sending, taking
from routing.steps.failure import reason_of
from routing.steps.ground import Ground, Step
from routing.storage import grant_ends, handoffs, owed, peers

log = structlog.get_logger(__name__)
BATCH = 64
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


@dataclass(frozen=True, slots=True)
class _Owed:
    """One look at what is owed: hand-overs, letters, orders, ended grants."""

    rows: Sequence[Values]
    letters: Sequence[UUID]
    orders: Sequence[UUID]
    ended: Sequence[Values]


def _rest_of(
    connection: Any, now: datetime
) -> tuple[Sequence[UUID], Sequence[UUID], Sequence[Values]]:
    """Letters, orders and ended grants that are owed."""
    return (
        owed.arrived_letters(connection, BATCH),
        owed.orders(connection, now, BATCH),
        grant_ends.due(connection, now, BATCH),
    )


class Runner:
    """Looks for owed work after each commit and every half second; never gives up on any."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._stir = asyncio.Event()
        self._busy: set[UUID] = set()
        self.retries = 0

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()

        def committed(_commit: object) -> None:
            loop.call_soon_threadsafe(self._stir.set)

        self._ground.writer.on_commit.append(committed)
        try:
            while True:
                self._stir.clear()
                if not await self._round():
                    await self._wait()
        finally:
            self._ground.writer.on_commit.remove(committed)

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stir.wait(), POLL_S)
        except TimeoutError:
            return

    async def _round(self) -> bool:
        """One look; True when something was done. A node that was restored does nothing yet."""
        found = await self._ground.readers.run(self._owed)
        if found is None:
            return False
        done = await asyncio.gather(*map(self.step, found.rows), *self._rest(found))
        return any(done)

    def _owed(self, connection: Any) -> _Owed | None:
        """Everything that is owed, seen at once; None while the node is frozen."""
        now = self._ground.clock.now()
        if peers.is_frozen(connection):
            return None
        return _Owed(handoffs.due(connection, now, BATCH), *_rest_of(connection, now))

    async def letters_and_orders(self) -> bool:
        """Open arrived letters, pursue orders, end grants. True when something was done."""
        now = self._ground.clock.now()
        rest = await self._ground.readers.run(lambda connection: _rest_of(connection, now))
        return any(await asyncio.gather(*self._rest(_Owed([], *rest))))

    def _rest(self, found: _Owed) -> list[Coroutine[Any, Any, bool]]:
        work = [self._letter(letter_id) for letter_id in found.letters]
        work += [self._order(intent_id) for intent_id in found.orders]
        return work + [self._ended(row) for row in found.ended]

    async def step(self, row: Values) -> bool:
        """Make the step a hand-over owes; a failure is noted and the step stays owed."""
        step = step_for(row)
        if step is None:
            return False
        try:
            await step(self._ground, row)
        except Exception as error:  # noqa: BLE001 (whatever it is, the step stays owed and shown)
            await self._failed(row, error)
        return True

    async def _failed(self, row: Values, error: Exception) -> None:
        self.retries += 1
        tries = row["tries"] + 1
        longest = min(LONGEST_S, FIRST_S * 2 ** min(tries, 12))
        wait = timedelta(seconds=longest * random.uniform(0.5, 1.0))  # noqa: S311 (jitter)
        reason = reason_of(error)
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

    async def _letter(self, letter_id: UUID) -> bool:
        return await self._tried(partial(letter_box.open_letter, node=self._ground.node), letter_id)

    async def _order(self, intent_id: UUID) -> bool:
        return await self._tried(partial(intents.pursue, node=self._ground.node), intent_id)

    async def _tried(self, handler: Any, key: UUID) -> bool:
        try:
            await self._ground.write(handler, key, str(key))
        except Refusal as refusal:
            log.warning("step_refused", step=str(key), reason=refusal.reason)
            return False
        return True

    async def _ended(self, row: Values) -> bool:
        try:
            door = self._ground.parts[row["service"]]
            await door.end_grant(row["case_id"], row["epoch"], row["ending"])
            await self._ground.write(grant_ends.note_done, row, str(row["case_id"]))
        except Exception as error:  # noqa: BLE001 (tried again; the reason is kept)
            again = self._ground.clock.now() + timedelta(seconds=5)
            command = (row, again, reason_of(error))
            await self._ground.write(grant_ends.note_failed, command, str(row["case_id"]))
        return True


def _note_failure(uow: Any, command: TryFailed) -> None:
    answering.note_failure(uow, command)
