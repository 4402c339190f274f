"""What a receiver reads beside the writer: cursors at start, kept messages whose turn has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from kernel.consumer.inbox import State
from kernel.consumer.position import Position
from kernel.links.envelope import LinkMessage
from kernel.links.tables import LinkTables


@dataclass(frozen=True, slots=True)
class InboxReads:
    """Queries of one consumer's inbox."""

    consumer: str
    tables: LinkTables

    def cursors(self, connection: Connection) -> dict[str, Position]:
        """The cursor of every origin that has ever sent something."""
        cursor = self.tables.link_cursor
        rows = connection.execute(select(cursor).where(cursor.c.consumer == self.consumer))
        return {row.origin: Position(row.incarnation, row.no) for row in rows}

    def early(self, connection: Connection) -> list[tuple[str, int, int]]:
        """Origin, incarnation and number of every message that waits for one before it."""
        inbox = self.tables.inbox
        kept = select(inbox.c.origin, inbox.c.incarnation, inbox.c.no).where(
            inbox.c.consumer == self.consumer, inbox.c.state == State.RECEIVED.value
        )
        return [(row.origin, row.incarnation, row.no) for row in connection.execute(kept)]

    def kept_after(
        self, connection: Connection, origin: str, cursor: Position, limit: int
    ) -> list[LinkMessage]:
        """The kept messages that follow the cursor without a gap."""
        inbox = self.tables.inbox
        rows = connection.execute(
            self._messages()
            .where(
                inbox.c.origin == origin,
                inbox.c.incarnation == cursor.incarnation,
                inbox.c.no > cursor.no,
                inbox.c.state == State.RECEIVED.value,
            )
            .order_by(inbox.c.no)
            .limit(limit)
        )
        kept = [message_of(row) for row in rows.mappings()]
        return [each for n, each in enumerate(kept, cursor.no + 1) if each.no == n]

    def parked(self, connection: Connection, limit: int) -> Sequence[RowMapping]:
        """Parked rows, the oldest first."""
        inbox = self.tables.inbox
        wanted = self._messages().where(inbox.c.state == State.PARKED.value)
        return connection.execute(wanted.order_by(inbox.c.settled_at).limit(limit)).mappings().all()

    def _messages(self) -> Select[Any]:
        inbox = self.tables.inbox
        return select(inbox).where(inbox.c.consumer == self.consumer)


def message_of(row: RowMapping | Mapping[str, Any]) -> LinkMessage:
    """The message that an inbox row with a body was made from."""
    return LinkMessage(
        origin=row["origin"],
        incarnation=row["incarnation"],
        no=row["no"],
        event_id=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        case_id=row["case_id"],
        body=bytes(row["body"] or b""),
        traceparent=row["traceparent"] or "",
        at=row["at"],
    )
