"""Sweeps: what falls due with nobody asking is found, entered and reported. Custody never moves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from kernel import leases
from kernel.errors import Conflict, NotReady, Refusal
from kernel.group_commit import InternalFault
from kernel.ids import new_id
from kernel.rounds import take_turn
from routing.handlers import erasing, noticing
from routing.handlers.clocks import looking
from routing.handlers.noticing import Overdue
from routing.steps.ground import Ground
from routing.storage import erasures, peers, sweeping
from routing.storage.metadata import lease

log = structlog.get_logger(__name__)
BATCH = 64
KEPT_BATCH = 500
EVERY_HOUR = timedelta(hours=1)
NAME = "sweeps"


class Sweeps:
    """Looks in small batches while it has the lease; every act is guarded by state and version."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._holder = str(new_id())
        self._parked = 0
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await take_turn(self.round, waits="sweep_waits")

    async def round(self) -> int:
        """One look at everything. Answers how many acts it made; 0 without the lease, or frozen."""
        if await self._ground.readers.run(peers.is_frozen):
            return 0
        take = partial(leases.take, table=lease)
        if not await self._ground.write(take, leases.Claim(NAME, self._holder), NAME):
            return 0
        acts = (self._clocks, self._overdue, self._stuck, self._kept)
        return sum([await act() for act in acts])

    async def _kept(self) -> int:
        """Cases whose period of keeping is over come onto the list a person confirms; hourly."""
        now = self._ground.clock.now()
        shortest = self._ground.node.retention.shortest
        if shortest is None or (self._looked_at and now - self._looked_at < EVERY_HOUR):
            return 0
        before = now - timedelta(days=365 * shortest)
        found = await self._ground.readers.run(
            lambda connection: erasures.ended_before(connection, before, KEPT_BATCH)
        )
        cases = [row["case_id"] for row in found]
        self._looked_at = now
        return sum([await self._act(erasing.find_due, case_id, case_id) for case_id in cases])

    async def _clocks(self) -> int:
        now = self._ground.clock.now()
        cases = await self._ground.readers.run(
            lambda connection: sweeping.clocks_to_look_at(connection, now, BATCH)
        )
        return sum([await self._act(looking.look, case_id, case_id) for case_id in cases])

    async def _overdue(self) -> int:
        today = self._ground.node.today(self._ground.clock.now()).isoformat()
        done = 0
        for name, table in noticing.TABLES.items():
            query = partial(sweeping.overdue, table=table, today=today, limit=BATCH)
            found = await self._ground.readers.run(query)
            for row in found:
                command = Overdue(row["case_id"], name, row["row_id"])
                done += await self._act(noticing.notice_overdue, command, row["case_id"])
        return done

    async def _stuck(self) -> int:
        now = self._ground.clock.now()
        offers = await self._ground.readers.run(
            lambda connection: sweeping.unclaimed(connection, now, BATCH)
        )
        parked = await self._ground.readers.run(sweeping.parked_letters)
        if parked > self._parked:
            log.error("letters_parked", count=parked)
        self._parked = parked
        return sum([await self._act(noticing.notice_unclaimed, row, row) for row in offers])

    async def _act(self, handler: Callable[..., bool], command: Any, key: object) -> int:
        """One act; a case that somebody changed meanwhile is looked at again next time."""
        try:
            bound = partial(handler, node=self._ground.node)
            return int(await self._ground.write(bound, command, str(key)))
        except Conflict:
            return 0
        except NotReady:
            raise
        except (Refusal, InternalFault) as fault:
            level = log.error  # no traceback: its frames would hold what the case says
            level("sweep_failed", key=str(key), reason=str(fault))
            return 0
