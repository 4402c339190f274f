"""How long sent events are kept, and what receivers say they have."""

import structlog

from kernel.group_commit import Answered, Work
from kernel.identity import Caller, Kind
from kernel.relay.purge import Confirm, Purge, Purging
from kernel.relay.relay import Relay
from kernel.rounds import keep_on

PURGE_INTERVAL = 3600.0

log = structlog.get_logger(__name__)


class PeerAhead(RuntimeError):
    """A receiver has seen more of this node than the node itself has: it was put back.

    Whoever catches it begins a new incarnation; the node must not go on numbering.
    """

    def __init__(self, receiver: str, incarnation: int, no: int) -> None:
        super().__init__(f"{receiver} has seen {incarnation}/{no} of this link")
        self.incarnation = incarnation


class Retention:
    """Keeps account of one link's receivers and forgets what they all have."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._purging = Purging(relay.ground.tables)
        self._caller = Caller(Kind.SERVICE, relay.end.origin)

    async def confirm(self, receiver: str, incarnation: int, no: int) -> bool:
        """A receiver has everything up to `no` durably; False when we knew already.

        Raises `PeerAhead` when that is more than was ever given here.
        """
        if not await self._relay.has_given(incarnation, no):
            log.critical("peer_ahead", link=self._relay.end.name, receiver=receiver, no=no)
            raise PeerAhead(receiver, incarnation, no)
        command = Confirm(self._relay.end.name, receiver, incarnation, no)
        work = Work(self._purging.confirm, command, traceparent="", caller=self._caller)
        return (await self._relay.ground.writer.submit(work)) is True

    async def purge(self) -> int:
        """Forget what is old enough and confirmed by every receiver; answers how many events."""
        end = self._relay.end
        before = self._relay.ground.clock.now() - end.kept_for
        command = Purge(end.name, end.receivers, before)
        work = Work(self._purging.purge, command, traceparent="", caller=self._caller)
        gone = await self._relay.ground.writer.submit(work)
        if isinstance(gone, Answered) or not gone:
            return 0
        log.info("outbox_purged", link=end.name, count=gone)
        return gone

    async def run(self) -> None:
        """Purge from time to time until cancelled."""
        link = self._relay.end.name
        await keep_on(self.purge, every_s=PURGE_INTERVAL, waits="purge_waits", link=link)
