"""Forgetting received events: long after every sender has forgotten them."""

import structlog

from kernel.clock import Clock
from kernel.consumer.receiver import Receiver
from kernel.relay.link_end import KEPT_FOR
from kernel.rounds import keep_on

EVERY_S = 3600.0
REMEMBERED_FOR = 2 * KEPT_FOR
"""A sender that was put back repeats what it kept, and a repeat must be known again."""

log = structlog.get_logger(__name__)


class Forgetting:
    """Keeps a receiver's inbox from growing for ever. Run `run` beside the server."""

    def __init__(self, receiver: Receiver, clock: Clock) -> None:
        self._receiver = receiver
        self._clock = clock

    async def forget(self) -> int:
        """Forget all that is old enough, slice by slice; answers how many events."""
        before, gone = self._clock.now() - REMEMBERED_FOR, 0
        while slice_ := await self._receiver.forget(before):
            gone += slice_
        if gone:
            log.info("inbox_purged", consumer=self._receiver.consumer, count=gone)
        return gone

    async def run(self) -> None:
        """Forget from time to time until cancelled."""
        consumer = self._receiver.consumer
        await keep_on(self.forget, every_s=EVERY_S, waits="purge_waits", consumer=consumer)
