"""Numbers for committed events: gapless, given under the link row's lock, never at the insert.

A number given with the event would leave a hole when the event is rolled back, and a relay that
remembered the last sequence value it saw would pass over a row that commits late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    Select,
    Table,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.sql.selectable import Subquery

from kernel.errors import Conflict
from kernel.links.envelope import LinkMessage, of_row
from kernel.links.tables import LinkTables
from kernel.unit_of_work import UnitOfWork


class OtherIncarnation(Conflict):
    """The database belongs to another incarnation of the node; it must be adopted first."""

    reason = "OTHER_INCARNATION"


@dataclass(frozen=True, slots=True)
class Standing:
    """A link's sending end: the last number given, and up to where all were acknowledged."""

    incarnation: int
    head: int
    published_no: int


@dataclass(frozen=True, slots=True)
class Number:
    """Give numbers to at most `limit` events of `link`, and keep how far publishing has come."""

    link: str
    origin: str
    incarnation: int
    published_no: int
    limit: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """The events that got their numbers just now, in order, and the link as it is then."""

    messages: tuple[LinkMessage, ...]
    standing: Standing
    last_seq: int


@dataclass(frozen=True, slots=True)
class Numbering:
    """The handlers of one service's outbox."""

    tables: LinkTables

    def number(self, uow: UnitOfWork, command: Number) -> Numbered:
        """Number what is committed and has none. Repeating it gives no number twice.

        Raises `OtherIncarnation` when the database was adopted by another one meanwhile.
        """
        row = self._link(uow, command)
        values = {"of": command.link, "head": row["head"], "most": command.limit}
        values["life"] = command.incarnation
        found = uow.execute(_give_numbers(self.tables.outbox), values)
        rows = sorted(found, key=_NUMBER)
        head = row["head"] + len(rows)
        published = max(row["published_no"], min(command.published_no, head))
        changes = {"head": head, "published_no": published}
        uow.update(self.tables.link, {"name": command.link}, changes)
        return Numbered(
            tuple(_message(command, row) for row in rows),
            Standing(command.incarnation, head, published),
            max((row.seq for row in rows), default=0),
        )

    def _link(self, uow: UnitOfWork, command: Number) -> Mapping[str, Any]:
        """The link's row, locked: replicas of this service number one after the other."""
        row = uow.get(self.tables.link, name=command.link)
        if row is None:
            row = {
                "name": command.link,
                "incarnation": command.incarnation,
                "head": 0,
                "published_no": 0,
            }
            uow.insert(self.tables.link, row)
        if row["incarnation"] != command.incarnation:
            raise OtherIncarnation(held=row["incarnation"], asked=command.incarnation)
        return row


_NUMBER = itemgetter(0)


def _message(command: Number, row: Sequence[Any]) -> LinkMessage:
    no, _seq, event_id, kind, subject, case_id, body, traceparent, at = row
    return LinkMessage(
        command.origin,
        command.incarnation,
        no,
        event_id,
        kind,
        subject,
        case_id,
        bytes(body),
        traceparent or "",
        at,
    )


@cache
def _give_numbers(outbox: Table) -> Executable:
    """One statement that ranks and numbers, so that both see the same rows; made once."""
    ranked = _ranked(outbox)
    columns = outbox.c
    return (
        update(outbox)
        .where(columns.seq == ranked.c.seq)
        .values(link_no=bindparam("head") + ranked.c.rank, incarnation=bindparam("life"))
        .returning(
            columns.link_no,
            columns.seq,
            columns.event_id,
            columns.type,
            columns.subject,
            columns.case_id,
            columns.body,
            columns.traceparent,
            columns.at,
        )
    )


def _ranked(outbox: Table) -> Subquery:
    waiting = (
        select(outbox.c.seq)
        .where(outbox.c.link == bindparam("of"), outbox.c.link_no.is_(None))
        .order_by(outbox.c.seq)
        .limit(bindparam("most", type_=BigInteger()))
        .subquery("waiting")
    )
    rank = func.row_number().over(order_by=waiting.c.seq).label("rank")
    return select(waiting.c.seq, rank).subquery("ranked")


@dataclass(frozen=True, slots=True)
class OutboxReads:
    """What the relay reads beside the writer."""

    tables: LinkTables
    link: str
    origin: str

    def standing(self, connection: Connection) -> Standing | None:
        """The link's row, or None before its first event was numbered."""
        link = self.tables.link
        columns = (link.c.incarnation, link.c.head, link.c.published_no)
        row = connection.execute(select(*columns).where(link.c.name == self.link)).one_or_none()
        return None if row is None else Standing(*row)

    def waiting(self, connection: Connection) -> bool:
        """Whether an event has no number yet."""
        outbox = self.tables.outbox
        unnumbered = select(outbox.c.seq).where(
            outbox.c.link == self.link, outbox.c.link_no.is_(None)
        )
        return connection.execute(unnumbered.limit(1)).first() is not None

    def rows(self, connection: Connection, first: int, last: int, limit: int) -> list[LinkMessage]:
        """The numbered events from `first` to `last`, at most `limit`; purged ones are missing."""
        return self._read(connection, self._numbered().where(self._between(first, last)), limit)

    def earliest(self, connection: Connection) -> int | None:
        """The lowest number that is still kept, or None."""
        outbox = self.tables.outbox
        lowest = select(func.min(outbox.c.link_no)).where(outbox.c.link == self.link)
        found: int | None = connection.execute(lowest).scalar()
        return found

    def highest_seq(self, connection: Connection) -> int:
        """The highest row of the whole outbox, numbered or not; 0 when there was never one."""
        highest: int | None = connection.execute(
            select(func.max(self.tables.outbox.c.seq))
        ).scalar()
        return highest or 0

    def _numbered(self) -> Select[Any]:
        outbox = self.tables.outbox
        return select(outbox).where(outbox.c.link == self.link).order_by(outbox.c.link_no)

    def _between(self, first: int, last: int) -> ColumnElement[bool]:
        return self.tables.outbox.c.link_no.between(first, last)

    def _read(self, connection: Connection, wanted: Select[Any], limit: int) -> list[LinkMessage]:
        rows: Sequence[Any] = connection.execute(wanted.limit(limit)).mappings().all()
        return [of_row(self.origin, row) for row in rows]
