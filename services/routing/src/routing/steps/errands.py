"""What is owed beside the hand-overs: letters to open, hand-overs ordered, grants."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from kernel.errors import Refusal
from routing.domain.words import Custody, State
from routing.handlers import letter_box
from routing.handlers.handover import intents
from routing.steps.failure import reason_of
from routing.steps.ground import Ground
from routing.storage import erasures, grant_ends, grant_starts, owed

log = structlog.get_logger(__name__)
AGAIN_S = 5.0
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Errands:
    """One look at them."""

    letters: Sequence[UUID]
    orders: Sequence[UUID]
    ended: Sequence[Values]
    started: Sequence[Values]
    erased: Sequence[Values]

    @classmethod
    def look(cls, connection: Any, now: datetime, limit: int) -> "Errands":
        """Those that may be done now."""
        return cls(
            owed.arrived_letters(connection, limit),
            owed.orders(connection, now, limit),
            grant_ends.due(connection, now, limit),
            grant_starts.due(connection, now, limit),
            erasures.due(connection, now, limit),
        )

    async def run(self, ground: Ground) -> bool:
        """Do them, one after the other. True when something was done."""
        done = [await _tried(ground, letter_box.open_letter, each) for each in self.letters]
        done += [await _tried(ground, intents.pursue, each) for each in self.orders]
        done += [await _ended(ground, row) for row in self.ended]
        done += [await _erased(ground, row) for row in self.erased]
        return await _start(ground, self.started) or any(done)


async def _tried(ground: Ground, handler: Any, key: UUID) -> bool:
    try:
        await ground.write(partial(handler, node=ground.node), key, str(key))
    except Refusal as refusal:
        log.warning("step_refused", step=str(key), reason=refusal.reason)
        return False
    return True


async def _ended(ground: Ground, row: Values) -> bool:
    try:
        door = ground.parts[row["service"]]
        await door.end_grant(row["case_id"], row["epoch"], row["ending"])
        await ground.write(grant_ends.note_done, row, str(row["case_id"]))
    except Exception as error:  # noqa: BLE001 (tried again; the reason is kept)
        again = ground.clock.now() + timedelta(seconds=AGAIN_S)
        command = (row, again, reason_of(error))
        await ground.write(grant_ends.note_failed, command, str(row["case_id"]))
    return True


async def _erased(ground: Ground, row: Values) -> bool:
    try:
        await ground.parts[row["service"]].erase(row["case_id"])
        await ground.write(erasures.note_done, row, str(row["case_id"]))
    except Exception as error:  # noqa: BLE001 (tried again; the reason is kept)
        again = ground.clock.now() + timedelta(seconds=AGAIN_S)
        command = (row, again, reason_of(error))
        await ground.write(erasures.note_failed, command, str(row["case_id"]))
    return True


async def _start(ground: Ground, rows: Sequence[Values]) -> bool:
    """Grant what is held here, all at once; what has left is granted when it comes back."""
    held = [row for row in rows if _is_held(row)]
    waiting = [row for row in rows if row["custody"] == Custody.RELEASING]
    outcomes = await asyncio.gather(*(_grant(ground, row) for row in held))
    failed = [row for row, reason in zip(held, outcomes, strict=True) if reason]
    settled = [row for row in rows if row not in failed and row not in waiting]
    if settled:
        await ground.write(grant_starts.note_settled, settled, "grant_start")
    if failed or waiting:
        again = ground.clock.now() + timedelta(seconds=AGAIN_S)
        command = ([*failed, *waiting], again, next(filter(None, outcomes), ""))
        await ground.write(grant_starts.note_failed, command, "grant_start")
    return bool(settled)


def _is_held(row: Values) -> bool:
    return bool(row["custody"] == Custody.HELD and row["state"] != State.ENDED)


async def _grant(ground: Ground, row: Values) -> str:
    """Nothing once it is stored; why it was not, otherwise: it is tried again."""
    try:
        door = ground.parts[row["service"]]
        where = (row["holder_unit"], row["holder_path"])
        await door.start_grant(row["case_id"], row["epoch"], *where)
    except Exception as error:  # noqa: BLE001 (the reason is kept)
        return reason_of(error)
    return ""
