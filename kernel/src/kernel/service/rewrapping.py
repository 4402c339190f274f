"""After a rotation of the node's key: case keys are taken over to the newest, in small steps."""

from functools import partial

from sqlalchemy import Table

from kernel import logs
from kernel.group_commit import Work, Writer
from kernel.rounds import keep_on
from kernel.sealing import NodeKey
from kernel.sealing.upkeep import rewrap
from kernel.unit_of_work import UnitOfWork

EVERY_S = 5.0
AT_ONCE = 200
_log = logs.get_logger()


class Rewrapping:
    """Looks whether there is a newer key, and does what it asks for. Run `run` beside the server.

    Replicas may do it together: who is outrun looks again.
    """

    def __init__(self, writer: Writer, case_key: Table, node_key: NodeKey) -> None:
        self._writer = writer
        self._case_key = case_key
        self._key = node_key
        self._done_for = ""

    async def run(self) -> None:
        """Work until cancelled."""
        await keep_on(self.round, every_s=EVERY_S, waits="rewrapping_waits")

    async def round(self) -> int:
        """Take over whatever is under a former key. Answers how many case keys that were."""
        self._key.look()
        newest = self._key.key_id
        if newest == self._done_for:
            return 0
        total = 0
        while done := await self._some():
            total += done
        self._done_for = newest
        if total:
            _log.info("case_keys_rewrapped", count=total)
        return total

    async def _some(self) -> int:
        handler = partial(_rewrap, case_key=self._case_key, node_key=self._key)
        return await self._writer.perform(Work(handler, AT_ONCE, key="rewrap", traceparent=""))


def _rewrap(uow: UnitOfWork, limit: int, *, case_key: Table, node_key: NodeKey) -> int:
    return rewrap(uow, case_key, node_key, limit)
