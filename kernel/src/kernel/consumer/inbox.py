"""What a receiver's database does with a message: handler, inbox row and cursor in one transaction.

The event id decides whether a message was here before; its number only decides its turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from kernel.consumer.position import NOTHING, Position, Verdict, judge
from kernel.ids import first_id_of
from kernel.links.envelope import LinkMessage
from kernel.links.tables import LinkTables
from kernel.unit_of_work import UnitOfWork

EventHandler = Callable[[UnitOfWork, LinkMessage], object]
NUMBER_REUSED = "NUMBER_REUSED"
SLICE = 500
"""Rows forgotten in one transaction."""

log = structlog.get_logger(__name__)


class State(Enum):
    """How far an event of the inbox has come."""

    RECEIVED = "RECEIVED"  # kept, something before it is missing
    DONE = "DONE"  # applied
    PARKED = "PARKED"  # its handler refused it; a person looks
    SUPERSEDED = "SUPERSEDED"  # of a life of its origin that was given up, never applied


SETTLED = frozenset({State.DONE.value, State.PARKED.value})


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message, and where the cursor stands now."""

    verdict: Verdict
    cursor: Position


@dataclass(frozen=True, slots=True)
class Park:
    """Put a message aside because its handler refuses it, and go on with the next."""

    message: LinkMessage
    reason: str


@dataclass(frozen=True, slots=True)
class StartAt:
    """Let the cursor of an origin begin at `no`: what is below was purged before we came."""

    origin: str
    incarnation: int
    no: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """The handlers of one consumer's inbox; plain functions for the writer."""

    consumer: str
    tables: LinkTables
    handlers: Mapping[str, EventHandler]

    def take(self, uow: UnitOfWork, message: LinkMessage) -> Taken:
        """Apply a message if it is its turn, else keep it. Raises what its handler raises."""
        return self._settle(uow, message, None)

    def park(self, uow: UnitOfWork, command: Park) -> Taken:
        """Put a message aside if it is its turn; nothing of its handler remains."""
        return self._settle(uow, command.message, command.reason)

    def start_at(self, uow: UnitOfWork, command: StartAt) -> Taken:
        """Begin behind what can no longer be had; refused (SEEN) once something has arrived."""
        cursor = self._cursor(uow, command.origin)
        base = judge(cursor, command.incarnation, command.no).base
        if base.no > 0 or command.incarnation < cursor.incarnation:
            return Taken(Verdict.SEEN, cursor)
        self._move(uow, command.origin, cursor, Position(command.incarnation, command.no))
        log.warning("link_started_late", origin=command.origin, no=command.no)
        return Taken(Verdict.NEXT, Position(command.incarnation, command.no))

    def retry(self, uow: UnitOfWork, message: LinkMessage) -> bool:
        """Run the handler of a parked message again; False when it is not parked any more."""
        row = self._row(uow, message)
        if row is None or row["state"] != State.PARKED.value:
            return False
        self._apply(uow, message)
        self._write(uow, message, State.DONE, known=True)
        return True

    def forget(self, uow: UnitOfWork, before: datetime) -> int:
        """Forget up to `SLICE` applied messages settled before `before`; answers how many.

        No more at once, so that nobody waits for it; event ids tell their time, so that only what
        is that old is looked at.
        """
        inbox = self.tables.inbox
        old = select(inbox.c.event_id).where(
            inbox.c.consumer == self.consumer,
            inbox.c.event_id < first_id_of(before),
            inbox.c.state == State.DONE.value,
            inbox.c.settled_at < before,
        )
        gone = uow.execute(
            delete(inbox).where(
                inbox.c.consumer == self.consumer, inbox.c.event_id.in_(old.limit(SLICE))
            )
        )
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    def _settle(self, uow: UnitOfWork, message: LinkMessage, reason: str | None) -> Taken:
        cursor = self._cursor(uow, message.origin)
        judged = judge(cursor, message.incarnation, message.no)
        if judged.verdict is Verdict.OUTDATED:
            log.warning("outdated_event", origin=message.origin, incarnation=message.incarnation)
            return Taken(judged.verdict, cursor)
        if judged.base != cursor:
            self._supersede(uow, message.origin, cursor, judged.base)
        row = self._row(uow, message)
        if judged.verdict is Verdict.NEXT:
            self._next(uow, message, row, reason)
            after = Position(message.incarnation, message.no)
            self._move(uow, message.origin, judged.base, after)
            return Taken(judged.verdict, after)
        if judged.verdict is Verdict.EARLY:
            self._keep(uow, message, row)
        elif row is None:
            self._report_reuse(uow, message)
        return Taken(judged.verdict, judged.base)

    def _next(
        self,
        uow: UnitOfWork,
        message: LinkMessage,
        row: Mapping[str, Any] | None,
        reason: str | None,
    ) -> None:
        if row is not None and row["state"] in SETTLED:  # under another number, before a restore
            self._write(uow, message, State(row["state"]), known=True, reason=row["reason"])
        elif reason is not None:
            self._write(uow, message, State.PARKED, known=row is not None, reason=reason)
        else:
            self._apply(uow, message)
            self._write(uow, message, State.DONE, known=row is not None)

    def _apply(self, uow: UnitOfWork, message: LinkMessage) -> None:
        handler = self.handlers.get(message.type)
        if handler is not None:
            handler(uow, message)

    def _keep(self, uow: UnitOfWork, message: LinkMessage, row: Mapping[str, Any] | None) -> None:
        if row is None or row["state"] not in SETTLED:
            self._write(uow, message, State.RECEIVED, known=row is not None)

    def _report_reuse(self, uow: UnitOfWork, message: LinkMessage) -> None:
        """An unknown event under a settled number: its origin was put back and did not notice."""
        log.critical("link_number_reused", origin=message.origin, no=message.no)
        self._write(uow, message, State.PARKED, known=False, reason=NUMBER_REUSED)

    def _cursor(self, uow: UnitOfWork, origin: str) -> Position:
        row = uow.get(self.tables.link_cursor, consumer=self.consumer, origin=origin)
        return NOTHING if row is None else Position(row["incarnation"], row["no"])

    def _move(self, uow: UnitOfWork, origin: str, before: Position, after: Position) -> None:
        key = {"consumer": self.consumer, "origin": origin}
        values = {"incarnation": after.incarnation, "no": after.no, "at": uow.now}
        if uow.get(self.tables.link_cursor, consumer=self.consumer, origin=origin) is None:
            uow.insert(self.tables.link_cursor, key | values)
        elif before != after:
            uow.update(self.tables.link_cursor, key, values)

    def _supersede(self, uow: UnitOfWork, origin: str, cursor: Position, base: Position) -> None:
        """A new life of the origin: what its old one left unapplied is not ours to apply."""
        self._move(uow, origin, cursor, base)
        if cursor == NOTHING:
            return
        inbox = self.tables.inbox
        uow.execute(
            update(inbox)
            .where(
                inbox.c.consumer == self.consumer,
                inbox.c.origin == origin,
                inbox.c.incarnation < base.incarnation,
                inbox.c.state == State.RECEIVED.value,
            )
            .values(state=State.SUPERSEDED.value)
        )
        log.warning("link_new_incarnation", origin=origin, incarnation=base.incarnation)

    def _row(self, uow: UnitOfWork, message: LinkMessage) -> Mapping[str, Any] | None:
        return uow.get(self.tables.inbox, consumer=self.consumer, event_id=message.event_id)

    def _write(
        self,
        uow: UnitOfWork,
        message: LinkMessage,
        state: State,
        *,
        known: bool,
        reason: str | None = None,
    ) -> None:
        """Write the inbox row; a body is kept only while somebody may still need it."""
        key = {"consumer": self.consumer, "event_id": message.event_id}
        done = state is State.DONE
        values = {
            "origin": message.origin,
            "incarnation": message.incarnation,
            "no": message.no,
            "type": message.type,
            "subject": message.subject,
            "case_id": message.case_id,
            "body": None if done else message.body,
            "traceparent": message.traceparent or None,
            "at": message.at,
            "state": state.value,
            "reason": reason,
            "settled_at": None if state is State.RECEIVED else uow.now,
        }
        if known:
            uow.update(self.tables.inbox, key, values)
        else:
            uow.insert(self.tables.inbox, key | values)
