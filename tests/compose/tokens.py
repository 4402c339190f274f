"""Tokens of people who work for longer than one lives."""

import asyncio
import time
from collections import defaultdict

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk, Personnel
from lianxin.routing.v1 import staff_pb2 as staff

RENEWED_S = 420.0
"""A token ends after a quarter of an hour: renewed well before, else one has to log in again."""


class Tokens:
    """Since when each clerk has the token; whoever asks at the same time waits for one renewal."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._renewing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fresh(self, clerk: Clerk) -> None:
        """Give the clerk a token that lives on for a while.

        Raises:
            Refused: the node gives none now; the former is kept, and asked for is again next time.
        """
        key = f"{clerk.doors.node}/{clerk.staff_id}"
        async with self._renewing[key]:
            now, former = time.monotonic(), clerk.token
            gone = now - self._since.setdefault(key, now)
            try:
                if gone > 2 * RENEWED_S:
                    await Personnel.log_in_again([clerk])
                elif gone > RENEWED_S:
                    answer = await acts.call(clerk.staff.RenewToken(staff.RenewTokenRequest()))
                    clerk.token = answer.token
            except Exception:
                clerk.token = former
                raise
            if gone > RENEWED_S:
                self._since[key] = now
