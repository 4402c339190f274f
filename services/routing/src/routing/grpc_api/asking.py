"""Before a case ends every service of the node is asked what stands against it (ADR 0088)."""

import asyncio
from collections.abc import Callable
from typing import Any

from kernel.errors import StaleVersion
from kernel.interceptors import current_caller
from routing.commands.ending import Seen
from routing.domain.asking import Said, Wanted, unheard
from routing.exchange.asking import Services, expect_closable
from routing.exchange.bridge import Bridge
from routing.handlers import closing
from routing.storage import closings

Handler = Callable[..., Any]
LOOKS, BETWEEN_S = 30, 0.05
"""So often the log is looked at for what services have written and it has not heard of."""


class AskingRpcs:
    """What every door has that may end a case."""

    bridge: Bridge
    services: Services

    async def asked(self, seen: Seen, ending: str, handler: Handler) -> Handler:
        """The handler, once nothing stands against the ending.

        A case that the caller does not hold so any more is asked of nobody: the handler says why
        it refuses, and would not end it.
        """
        row = await self.bridge.read(closings.closing_row, seen.case_id)
        if row is None or not ending or not self._as_seen(row, seen):
            return closing.refused(handler)
        expect_closable(await self.answers(row, ending))
        return handler

    def _as_seen(self, row: Any, seen: Seen) -> bool:
        caller = current_caller()
        same = (row["epoch"], row["version"]) == (seen.epoch, seen.version)
        return same and closing.may_ask(self.bridge.node, caller.unit, row["holder_unit"])

    async def answers(self, row: Any, ending: str) -> list[Said]:
        """Of the case as it is, with all that its services wrote.

        Raises:
            EndingAwaited: a service has not been told of the case yet.
            EndingUnasked: a service does not answer.
            StaleVersion: something came in that the caller has not seen, or is about to.
        """
        wanted = Wanted(row["case_id"], row["epoch"], ending, row["procedure"])
        answers = list(await self.services.ask(wanted))
        if unheard(answers, row["applied"]):
            raise StaleVersion(current=await self._version_when_heard(row, answers))
        return answers

    async def _version_when_heard(self, row: Any, answers: list[Said]) -> int:
        for _ in range(LOOKS):
            await asyncio.sleep(BETWEEN_S)
            row = await self.bridge.read(closings.closing_row, row["case_id"])
            if not unheard(answers, row["applied"]):
                break
        return int(row["version"])
