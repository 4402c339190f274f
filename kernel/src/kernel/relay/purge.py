"""Forgetting sent events: only what every receiver has durably, and old enough to be in no restore.

An acknowledgement of the courier is no reason: its store can be wiped after it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from kernel.links.tables import LinkTables
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Confirm:
    """A receiver says that it has everything up to `no` of this incarnation in its database."""

    link: str
    receiver: str
    incarnation: int
    no: int


@dataclass(frozen=True, slots=True)
class Purge:
    """Forget events of `link` that happened before `before` and that all `receivers` have."""

    link: str
    receivers: frozenset[str]
    before: datetime


@dataclass(frozen=True, slots=True)
class Purging:
    """The handlers of one service's outbox."""

    tables: LinkTables

    def confirm(self, uow: UnitOfWork, command: Confirm) -> bool:
        """Keep what a receiver has. Answers False for what is older than what we know."""
        receivers = self.tables.link_receiver
        key = {"link": command.link, "receiver": command.receiver}
        known = uow.get(receivers, link=command.link, receiver=command.receiver)
        values = {
            "incarnation": command.incarnation,
            "confirmed_no": command.no,
            "at": uow.now,
        }
        if known is None:
            uow.insert(receivers, key | values)
            return True
        before = (known["incarnation"], known["confirmed_no"])
        if (command.incarnation, command.no) <= before:
            return False
        uow.update(receivers, key, values)
        return True

    def purge(self, uow: UnitOfWork, command: Purge) -> int:
        """Forget and answer how many. The newest row stays, so that a restore can be noticed."""
        link = uow.get(self.tables.link, name=command.link, lock=False)
        if link is None:
            return 0
        confirmed = self._confirmed(uow, command, link["incarnation"])
        outbox = self.tables.outbox
        newest = uow.scalar(select(func.max(outbox.c.seq)))
        if newest is None:
            return 0
        gone = uow.execute(
            delete(outbox).where(
                outbox.c.link == command.link,
                outbox.c.link_no <= confirmed,
                outbox.c.at < command.before,
                outbox.c.seq < newest,
            )
        )
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a CursorResult

    def _confirmed(self, uow: UnitOfWork, command: Purge, incarnation: int) -> int:
        """The number that every receiver has; 0 while one has said nothing."""
        receivers = self.tables.link_receiver
        rows = uow.query(
            select(receivers.c.receiver, receivers.c.confirmed_no).where(
                receivers.c.link == command.link, receivers.c.incarnation == incarnation
            )
        )
        known = {row.receiver: int(row.confirmed_no) for row in rows}
        return min((known.get(name, 0) for name in command.receivers), default=0)
