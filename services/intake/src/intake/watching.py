"""Sweep: papers that were to be served by a day that has passed are told of. It decides nothing."""

from functools import partial

from intake.desk import Desk
from intake.handlers.unserved import LookAtUnserved, look
from intake.storage import unserved as stored
from intake.storage.tables_unserved import lease
from kernel import leases, logs
from kernel.errors import NotReady, Refusal
from kernel.group_commit import InternalFault, Work
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.rounds import take_turn

log = logs.get_logger()
BATCH = 64
NAME = "unserved"


class Watch:
    """Looks in small batches while it has the lease; what was told is not told again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._holder = str(new_id())
        self._me = Caller(Kind.SERVICE, f"{desk.office.node}/intake")

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await take_turn(self.round, waits="sweep_waits")

    async def round(self) -> int:
        """One look. Answers how many cases it found; 0 without the lease."""
        now = self._desk.clock.now()
        come = partial(stored.come, now=now, limit=BATCH)
        cases = await self._desk.readers.run(come)
        if not cases or not await self._take_lease():
            return 0
        for case_id in cases:
            await self._look(LookAtUnserved(case_id))
        return len(cases)

    async def _take_lease(self) -> bool:
        handler = partial(leases.take, table=lease)
        claim = leases.Claim(NAME, self._holder)
        return await self._desk.do(Work(handler, claim, key=NAME, traceparent=""))

    async def _look(self, command: LookAtUnserved) -> None:
        key = str(command.case_id)
        work = Work(look, command, key=key, caller=self._me, traceparent="")
        try:
            await self._desk.do(work)
        except NotReady:
            raise
        except (Refusal, InternalFault) as fault:
            log.error("sweep_failed", case_id=key, reason=str(fault))  # noqa: TRY400 (its frames would hold what the case says)
