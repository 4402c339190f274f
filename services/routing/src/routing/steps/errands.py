"""What is owed beside the hand-overs: letters to open, hand-overs ordered, grants to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from kernel.errors import Refusal
from routing.handlers import letter_box
from routing.handlers.handover import intents
from routing.steps.failure import reason_of
from routing.steps.ground import Ground
from routing.storage import grant_ends, owed

log = structlog.get_logger(__name__)
AGAIN_S = 5.0
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Errands:
    """One look at them."""

    letters: Sequence[UUID]
    orders: Sequence[UUID]
    ended: Sequence[Values]

    @classmethod
    def look(cls, connection: Any, now: datetime, limit: int) -> "Errands":
        """Those that may be done now."""
        return cls(
            owed.arrived_letters(connection, limit),
            owed.orders(connection, now, limit),
            grant_ends.due(connection, now, limit),
        )

    async def run(self, ground: Ground) -> bool:
        """Do them, one after the other. True when something was done."""
        done = [await _tried(ground, letter_box.open_letter, each) for each in self.letters]
        done += [await _tried(ground, intents.pursue, each) for each in self.orders]
        done += [await _ended(ground, row) for row in self.ended]
        return any(done)


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
