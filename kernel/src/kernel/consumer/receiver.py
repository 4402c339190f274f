"""The receiving end of links, whatever brings the messages: NATS, gRPC, or both at once."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from kernel.consumer.faults import parked_for
from kernel.consumer.gaps import Gap, Wish
from kernel.consumer.inbox import EventHandler, Inbox, Park, StartAt, Taken
from kernel.consumer.parked import Parked, ParkedEvents
from kernel.consumer.position import NOTHING, Position, Verdict
from kernel.consumer.reads import InboxReads
from kernel.errors import Refusal
from kernel.group_commit import Answered, InternalFault, Readers, Work, Writer
from kernel.identity import Caller, Kind
from kernel.links.backoff import Backoff
from kernel.links.envelope import LinkMessage
from kernel.links.tables import LinkTables
from kernel.telemetry import TRACEPARENT, extract, journey_span
from kernel.unit_of_work.sight import Wanted

BATCH = 256
GLANCE, LONGEST_GLANCE = 0.02, 1.0
"""Seconds between two looks at what replicas did, while something here waits for its turn."""

log = structlog.get_logger(__name__)


class Receiver:
    """Takes the messages of any number of origins: each event takes effect once, in its order.

    `handlers` are by event type; events of other types only move the cursor, so a receiver gets
    everything that its origins say on the link.
    """

    def __init__(
        self,
        consumer: str,
        handlers: Mapping[str, EventHandler],
        *,
        tables: LinkTables,
        writer: Writer,
        readers: Readers,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.consumer = consumer
        self.parked = ParkedEvents(Inbox(consumer, tables, handlers), writer, readers)
        self._inbox = self.parked.inbox
        self._reads = InboxReads(consumer, tables)
        self._tables = tables
        self._writer = writer
        self._readers = readers
        self._now = now
        self._gaps: dict[str, Gap] = {}
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waits = asyncio.Event()

    async def load(self) -> None:
        """Read where we stand; then apply what was kept and can be applied by now."""
        now = self._now()
        for origin, cursor in (await self._readers.run(self._reads.cursors)).items():
            self._gap(origin).moved(cursor, now)
        for origin, incarnation, no in await self._readers.run(self._reads.early):
            if incarnation == self.cursor(origin).incarnation:
                self._gap(origin).kept(incarnation, no, now)
        for origin in self.origins:
            async with self._order[origin]:
                await self._apply_kept(origin)

    @property
    def origins(self) -> tuple[str, ...]:
        """Everybody who has ever sent something or told a head."""
        return tuple(self._gaps)

    def cursor(self, origin: str) -> Position:
        """Everything up to here is durably settled: what the sender may forget."""
        return self._gap(origin).cursor

    def note_head(self, origin: str, incarnation: int, head: int) -> None:
        """The sender says that it gave numbers up to `head`."""
        self._gap(origin).heard(incarnation, head, self._now())

    async def wish(self, origin: str) -> Wish | None:
        """What to ask the sender for now, or None; the same wish comes again, ever less often.

        While messages of this origin are being taken nobody knows yet what is missing; and what is
        missing here may have come to a replica of this service.
        """
        gap = self._gap(origin)
        if self._order[origin].locked() or not gap.is_due(self._now()):
            return None
        await self.look(origin)
        return gap.due(self._now())

    async def look(self, origin: str) -> None:
        """Notice what replicas of this service took, and apply what was kept and has its turn."""
        async with self._order[origin]:
            cursors = await self._readers.run(self._reads.cursors)
            gap, cursor = self._gap(origin), cursors.get(origin, NOTHING)
            if cursor > gap.cursor:
                gap.moved(cursor, self._now())
            await self._apply_kept(origin)

    async def keep_up(self) -> None:
        """Go on behind replicas: look again while something waits for its turn. Until cancelled.

        With one durable for all of them, what comes before a message may be at another one.
        """
        while True:
            await self._waits.wait()
            self._waits.clear()
            backoff = Backoff(GLANCE, LONGEST_GLANCE)
            while waiting := [name for name, gap in self._gaps.items() if gap.early]:
                await asyncio.sleep(backoff.next())
                for origin in waiting:
                    await self._glance(origin)

    async def _glance(self, origin: str) -> None:
        try:
            await self.look(origin)
        except (Refusal, InternalFault, DBAPIError) as error:  # away or full: looked at again
            log.warning(
                "inbox_waits", consumer=self.consumer, origin=origin, why=type(error).__name__
            )

    def missing(self, origin: str) -> Wish | None:
        """What is missing, whether or not it is time to ask: for display."""
        return self._gap(origin).missing()

    async def store_incoming(self, messages: Iterable[LinkMessage]) -> None:
        """Return once each message is durable here: applied, kept, parked, or known already.

        Waits as long as the database is away. Messages may come twice and in any order.
        """
        by_origin: dict[str, list[LinkMessage]] = {}
        for message in messages:
            by_origin.setdefault(message.origin, []).append(message)
        for origin, group in by_origin.items():
            group.sort(key=lambda message: (message.incarnation, message.no))
            async with self._order[origin]:
                await self._take_all(origin, group)
                await self._apply_kept(origin)

    async def store_resent(
        self, origin: str, from_no: int, messages: Sequence[LinkMessage]
    ) -> None:
        """Store the complete answer to a wish: it holds everything the sender still has from there.

        If its first numbers were purged before we ever joined, we begin behind them.
        """
        lowest = min(messages, key=lambda message: message.no, default=None)
        if lowest is not None and lowest.no > from_no:
            await self.start_at(origin, lowest.incarnation, lowest.no - 1)
        await self.store_incoming(messages)

    async def start_at(self, origin: str, incarnation: int, no: int) -> bool:
        """Begin behind `no`, if nothing of this origin ever arrived; False if something did."""
        async with self._order[origin]:
            command = StartAt(origin, incarnation, no)
            taken = await self._run(Work(self._inbox.start_at, command, key=origin, traceparent=""))
            self._gap(origin).moved(taken.cursor, self._now())
            await self._apply_kept(origin)
        return taken.verdict is Verdict.NEXT

    async def list_parked(self, limit: int = 100) -> list[Parked]:
        """Events whose handler refused them, the oldest first."""
        return await self.parked.list(limit)

    async def retry_parked(self, limit: int = 100) -> int:
        """Run the handlers of parked events again; answers how many were applied."""
        return await self.parked.retry(limit)

    async def forget(self, before: datetime) -> int:
        """Forget a slice of the applied events settled before `before`; answers how many.

        It must lie twice as far back as senders keep their rows, or a repeat would look new.
        """
        work = Work(self._inbox.forget, before, method="consume.forget", traceparent="")
        gone = await self._writer.submit(work)
        return 0 if isinstance(gone, Answered) else gone

    async def _take_all(self, origin: str, messages: Sequence[LinkMessage]) -> None:
        """Take messages of one origin in order, each a command of its own in a shared commit."""
        waiting, backoff = list(messages), Backoff()
        while waiting:
            outcomes = await asyncio.gather(*map(self._apply, waiting), return_exceptions=True)
            failed: list[LinkMessage] = []
            for message, outcome in zip(waiting, outcomes, strict=True):
                if isinstance(outcome, Taken):
                    self._note(message, outcome)
                elif not await self._parks(message, outcome, backoff.tries):
                    failed.append(message)
            waiting = failed
            if waiting:
                log.warning("inbox_waits", consumer=self.consumer, origin=origin, count=len(failed))
                await asyncio.sleep(backoff.next())

    async def _parks(self, message: LinkMessage, error: BaseException, tries: int) -> bool:
        """Park a message that fails for a reason of its own; False when it is to be tried again."""
        reason = parked_for(error, tries)
        if reason is None:
            return False
        try:
            taken = await self._run(self._park_work(message, reason))
        except Exception as again:
            if parked_for(again, 0) is None:
                return False
            raise
        log.error(
            "event_parked",
            consumer=self.consumer,
            event_id=str(message.event_id),
            event_type=message.type,
            reason=reason,
        )
        self._note(message, taken)
        return True

    async def _apply_kept(self, origin: str) -> None:
        """Apply what was kept and now follows the cursor."""
        while (gap := self._gap(origin)).early and min(gap.early) <= gap.cursor.no + 1:
            cursor = gap.cursor
            kept = await self._readers.run(
                partial(self._reads.kept_after, origin=origin, cursor=cursor, limit=BATCH)
            )
            if not kept:  # applied by a replica of this service
                gap.early.discard(min(gap.early))
                continue
            await self._take_all(origin, kept)

    def _note(self, message: LinkMessage, taken: Taken) -> None:
        gap, now = self._gap(message.origin), self._now()
        gap.moved(taken.cursor, now)
        if taken.verdict is Verdict.EARLY:
            gap.kept(message.incarnation, message.no, now)
            self._waits.set()
        elif taken.verdict is not Verdict.OUTDATED:
            gap.heard(message.incarnation, message.no, now)

    def _gap(self, origin: str) -> Gap:
        return self._gaps.setdefault(origin, Gap(origin))

    async def _apply(self, message: LinkMessage) -> Taken:
        context = extract({TRACEPARENT: message.traceparent})
        with journey_span(f"consume.{message.type}", message.case_id, context):
            return await self._run(self._work(message))

    def _work(self, message: LinkMessage) -> Work[Taken]:
        return Work(
            self._inbox.take,
            message,
            key=message.origin,
            caller=Caller(Kind.SERVICE, message.origin),
            prefetch=self._prefetch(message),
            method=f"consume.{message.type}",
            traceparent=message.traceparent,
        )

    def _park_work(self, message: LinkMessage, reason: str) -> Work[Taken]:
        return Work(
            self._inbox.park,
            Park(message, reason),
            key=message.origin,
            caller=Caller(Kind.SERVICE, message.origin),
            prefetch=self._prefetch(message),
            method="consume.park",
            traceparent=message.traceparent,
        )

    def _prefetch(self, message: LinkMessage) -> tuple[Wanted, ...]:
        """The rows every message needs, so that a batch loads them in two queries."""
        return (
            (self._tables.link_cursor, {"consumer": self.consumer, "origin": message.origin}),
            (self._tables.inbox, {"consumer": self.consumer, "event_id": message.event_id}),
        )

    async def _run(self, work: Work[Taken]) -> Taken:
        answer = await self._writer.submit(work)
        if isinstance(answer, Answered):
            raise TypeError("an inbox command has no request id")
        return answer
