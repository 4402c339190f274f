"""Events that their handler refused: seen by a person, and tried again when he says so."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from kernel.consumer.inbox import Inbox
from kernel.consumer.reads import InboxReads, message_of
from kernel.errors import Refusal
from kernel.group_commit import InternalFault, Readers, Work, Writer
from kernel.identity import Caller, Kind
from kernel.links.envelope import LinkMessage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked event, as shown: without its body."""

    event_id: UUID
    origin: str
    type: str
    case_id: UUID | None
    reason: str
    parked_at: datetime


class ParkedEvents:
    """The parked events of one consumer."""

    def __init__(self, inbox: Inbox, writer: Writer, readers: Readers) -> None:
        self.inbox = inbox
        self._reads = InboxReads(inbox.consumer, inbox.tables)
        self._writer = writer
        self._readers = readers

    async def list(self, limit: int) -> list[Parked]:
        """The oldest `limit` of them."""
        rows = await self._readers.run(lambda connection: self._reads.parked(connection, limit))
        return [
            Parked(
                row["event_id"],
                row["origin"],
                row["type"],
                row["case_id"],
                row["reason"],
                row["settled_at"],
            )
            for row in rows
        ]

    async def retry(self, limit: int, only: Container[UUID] | None = None) -> int:
        """Run the handlers of the oldest `limit` again, one after the other.

        `only` leaves out all other events. Answers how many were applied; the rest stays parked.
        """
        rows = await self._readers.run(lambda connection: self._reads.parked(connection, limit))
        applied = 0
        for row in rows:
            if only is None or row["event_id"] in only:
                applied += await self._again(message_of(row))
        return applied

    async def _again(self, message: LinkMessage) -> bool:
        work = Work(
            self.inbox.retry,
            message,
            key=message.origin,
            caller=Caller(Kind.SERVICE, message.origin),
            method="consume.retry",
            traceparent=message.traceparent,
        )
        try:
            return (await self._writer.submit(work)) is True
        except (Refusal, InternalFault) as error:
            log.info("event_stays_parked", event_id=str(message.event_id), why=type(error).__name__)
            return False
