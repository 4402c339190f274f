"""A sweep over the cases of a service: those of which a day has come are looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel import leases, logs
from kernel.errors import NotReady, Refusal
from kernel.group_commit import InternalFault, Work
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.rounds import take_turn
from kernel.service.desk import Desk

log = logs.get_logger()
BATCH = 64


@dataclass(frozen=True, slots=True)
class Sight:
    """What a sweep looks for and what it does.

    `come` answers the cases, by connection, `now` and `limit`; `look` is the handler that looks at
    one, by the command that `command` makes of its id. It must bear that a case is looked at twice.
    """

    name: str
    come: Callable[..., list[UUID]]
    look: Callable[..., int]
    command: Callable[[UUID], Any]


class CaseWatch:
    """Looks in small batches while it has the lease. Run `run` beside the server."""

    def __init__(self, desk: Desk[Any], me: str, sight: Sight, lease: Table) -> None:
        self._desk = desk
        self._sight = sight
        self._lease = lease
        self._holder = str(new_id())
        self._me = Caller(Kind.SERVICE, me)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await take_turn(self.round, waits="sweep_waits")

    async def round(self) -> int:
        """One look at what has come. Answers how many cases it found; 0 without the lease."""
        come = partial(self._sight.come, now=self._desk.clock.now(), limit=BATCH)
        cases = await self._desk.readers.run(come)
        if not cases or not await self._take_lease():
            return 0
        for case_id in cases:
            await self._look(case_id)
        return len(cases)

    async def _take_lease(self) -> bool:
        name, handler = self._sight.name, partial(leases.take, table=self._lease)
        claim = leases.Claim(name, self._holder)
        return await self._desk.do(Work(handler, claim, key=name, traceparent=""))

    async def _look(self, case_id: UUID) -> None:
        """One case; what is refused or fails holds up none of the others."""
        key, command = str(case_id), self._sight.command(case_id)
        work = Work(self._sight.look, command, key=key, caller=self._me, traceparent="")
        try:
            await self._desk.do(work)
        except NotReady:
            raise
        except (Refusal, InternalFault) as fault:
            log.error("sweep_failed", case_id=key, reason=str(fault))  # noqa: TRY400 (its frames would hold what the case says)
