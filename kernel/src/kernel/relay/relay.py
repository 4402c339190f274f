"""The relay of one link: numbers what was committed, then brings it to the courier, for ever."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError

from kernel.broker import Broker, Message
from kernel.clock import Clock
from kernel.errors import Refusal
from kernel.group_commit import Answered, Committed, InternalFault, Readers, Work, Writer
from kernel.identity import Caller, Kind
from kernel.incarnation import Witness
from kernel.links.backoff import Backoff
from kernel.links.envelope import LinkMessage, headers_of
from kernel.links.tables import LinkTables
from kernel.relay.link_end import LinkEnd
from kernel.relay.numbering import Number, Numbered, Numbering, OtherIncarnation, OutboxReads
from kernel.relay.watermark import Span, Watermark
from kernel.unit_of_work import AtOnce

BATCH = 512
POLL = 1.0
BUSY = 16
PACE = 0.02
"""Seconds from a burst of `BUSY` events to the next: they share a commit, a sync and a head."""
PATIENCE = 3.0
"""How long a replica may take to publish what it has numbered before another does it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """The last number given on a link; it tells a receiver that its tail is missing."""

    incarnation: int
    no: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What every relay of a service stands on."""

    tables: LinkTables
    writer: Writer
    readers: Readers
    witness: Witness
    clock: Clock
    incarnation: int


class Relay:
    """Sends the events of one link. Several replicas may run: the lock of the link row orders them.

    It numbers also while the courier is away, so that heads stay true, and publishes when it is up.
    Publishing twice is harmless, leaving out is not: what is not known to be stored is repeated.
    """

    def __init__(self, end: LinkEnd, ground: Ground, broker: Broker) -> None:
        self.end = end
        self.ground = ground
        self.broker = broker
        self.head = Head(ground.incarnation, 0)
        self.moved = asyncio.Event()
        self._reads = OutboxReads(ground.tables, end.name, end.origin)
        self._numbering = Numbering(ground.tables)
        self._watermark = Watermark()
        self._kept_no = 0
        self._stir = asyncio.Event()
        self._hurry = asyncio.Event()
        self._committed = True
        self._unsure = True
        self._burst = 0
        self._suspect: tuple[Span, float] | None = None
        self._caller = Caller(Kind.SERVICE, end.origin)

    @property
    def lag(self) -> int:
        """How many numbered events the courier has not acknowledged yet."""
        return max(0, self.head.no - self._watermark.upto)

    def wake(self, at_once: bool = False) -> None:
        """Something was committed, or the courier is back. Call on the event loop."""
        self._committed = True
        self._stir.set()
        if at_once:
            self._hurry.set()

    async def run(self) -> None:
        """Send until cancelled. Raises `OtherIncarnation` when the process must start again."""
        loop = asyncio.get_running_loop()

        def committed(commit: Committed) -> None:
            if self.end.name in commit.links:
                loop.call_soon_threadsafe(self.wake, AtOnce(self.end.name) in commit.notes)

        self.ground.writer.on_commit.append(committed)
        self.broker.on_up.append(self.wake)
        try:
            await self._run()
        finally:
            self.ground.writer.on_commit.remove(committed)
            self.broker.on_up.remove(self.wake)

    async def has_given(self, incarnation: int, no: int) -> bool:
        """Whether this number was given here; the database is asked before that is denied.

        The head in memory is behind at a start, and where a replica numbers as well: a receiver
        would seem to have seen more than there is, and the node put back.
        """
        if (incarnation, no) > (self.head.incarnation, self.head.no):
            await self._look()
        return (incarnation, no) <= (self.head.incarnation, self.head.no)

    async def rows_from(self, first: int, limit: int = BATCH) -> list[LinkMessage]:
        """Numbered events from `first` on, oldest first, for a receiver that asks over gRPC."""
        last = max(self.head.no, first)
        return await self.ground.readers.run(
            lambda connection: self._reads.rows(connection, first, last, limit)
        )

    async def earliest(self) -> int | None:
        """The lowest number still kept, or None when nothing is."""
        return await self.ground.readers.run(self._reads.earliest)

    async def resend(self, first: int, last: int | None = None, *, repeat: str) -> int:
        """Publish numbered events again; `repeat` is new for each wish. Answers how many.

        At most a batch: the receiver wishes again for the rest.
        """
        rows = await self.rows_from(first)
        wanted = [row for row in rows if last is None or row.no <= last]
        log.info("link_resend", link=self.end.name, first=first, count=len(wanted))
        return await self.broker.publish([self._message(row, repeat) for row in wanted])

    async def _run(self) -> None:
        backoff = Backoff()
        while True:
            try:
                if not await self._turn() and not await self._stirred():
                    await self._look()
                backoff.reset()
            except OtherIncarnation:
                raise
            except (Refusal, InternalFault, DBAPIError) as error:  # away or full, for a while
                self._committed = True
                log.warning("relay_waits", link=self.end.name, why=type(error).__name__)
                await asyncio.sleep(backoff.next())

    async def _turn(self) -> bool:
        """Number once and publish once; True when there may be more to do at once."""
        numbered: Sequence[LinkMessage] = ()
        if self._committed or self._watermark.upto > self._kept_no:
            numbered = (await self._number()).messages
            self._burst = len(numbered)
        sent = await self._publish(numbered) if numbered and self.broker.connected else False
        repeated = await self._close_hole() if self.broker.connected else False
        if sent or repeated:
            self.moved.set()
        return len(numbered) == BATCH or repeated

    async def _number(self) -> Numbered:
        self._committed = False
        command = Number(
            self.end.name,
            self.end.origin,
            self.ground.incarnation,
            self._watermark.upto,
            BATCH,
        )
        work = Work(
            self._numbering.number,
            command,
            key=f"link:{self.end.name}",
            caller=self._caller,
            method="relay.number",
            traceparent="",
        )
        numbered = await self.ground.writer.submit(work)
        if isinstance(numbered, Answered):
            raise TypeError("numbering has no request id")
        await self.ground.witness.raise_to(self.ground.incarnation, numbered.last_seq)
        standing = numbered.standing
        self.head = Head(standing.incarnation, standing.head)
        self._kept_no = standing.published_no
        self._watermark.learn(standing.published_no)
        self._committed = self._committed or len(numbered.messages) == BATCH
        return numbered

    async def _publish(self, rows: Sequence[LinkMessage]) -> bool:
        stored = await self.broker.publish([self._message(row) for row in rows])
        self._unsure = self._unsure or stored < len(rows)
        if stored:
            self._watermark.acknowledge(rows[0].no, rows[stored - 1].no)
        return stored == len(rows)

    async def _close_hole(self) -> bool:
        """Publish what this relay failed to, or what a replica that died left behind."""
        hole = self._watermark.hole(self.head.no)
        if hole is None:
            self._unsure, self._suspect = False, None
            return False
        if not (self._unsure or self._abandoned(hole)):
            return False
        first, last = hole
        rows = await self.ground.readers.run(
            lambda connection: self._reads.rows(connection, first, last, BATCH)
        )
        if not rows:  # purged, so every receiver has them
            self._watermark.acknowledge(first, last)
            return True
        self._watermark.acknowledge(first, rows[0].no - 1)
        return await self._publish(rows)

    def _abandoned(self, hole: Span) -> bool:
        now = time.monotonic()
        if self._suspect is None or self._suspect[0][0] != hole[0]:
            self._suspect = (hole, now)
        return now - self._suspect[1] >= PATIENCE

    async def _stirred(self) -> bool:
        """Wait for news; False when there was none for a while."""
        last = time.monotonic()
        pace = PACE if self._burst >= BUSY else 0.0
        try:
            async with asyncio.timeout(POLL):
                await self._stir.wait()
        except TimeoutError:
            return False
        await asyncio.sleep(max(0.0, last + pace - time.monotonic()))
        await self._rest()
        self._stir.clear()
        return True

    async def _rest(self) -> None:
        """Let more come, unless something is to go out at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.end.calm_s):
                await self._hurry.wait()
        self._hurry.clear()

    async def _look(self) -> None:
        """Notice what replicas of this service committed or published."""
        standing = await self.ground.readers.run(self._reads.standing)
        if standing is not None and standing.incarnation == self.ground.incarnation:
            self.head = Head(standing.incarnation, max(standing.head, self.head.no))
            self._watermark.learn(standing.published_no)
            self._kept_no = max(self._kept_no, standing.published_no)
        self._committed = await self.ground.readers.run(self._reads.waiting)

    def _message(self, row: LinkMessage, repeat: str = "") -> Message:
        return Message(self.end.subject(row), row.body, headers_of(row, repeat))
