"""The tables of both ends of a link: what is to be sent, and what has come in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.types import TypeEngine

Instant = type[TypeEngine[datetime]] | TypeEngine[datetime]
WIDE = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts up by itself only in a column declared INTEGER."""


@dataclass(frozen=True, slots=True)
class LinkTables:
    """The link tables as they are known to one service's metadata."""

    outbox: Table
    link: Table
    link_receiver: Table
    inbox: Table
    link_cursor: Table

    @classmethod
    def of(cls, metadata: MetaData) -> Self:
        """The tables that `add_to` put into `metadata`."""
        known = metadata.tables
        return cls(
            known["outbox"],
            known["link"],
            known["link_receiver"],
            known["inbox"],
            known["link_cursor"],
        )


def add_to(metadata: MetaData, instant: Instant) -> LinkTables:
    """Define the link tables in `metadata`; `instant` is the column type of an aware datetime."""
    return LinkTables(
        _outbox(metadata, instant),
        _link(metadata),
        _link_receiver(metadata, instant),
        _inbox(metadata, instant),
        _link_cursor(metadata, instant),
    )


def _outbox(metadata: MetaData, instant: Instant) -> Table:
    """One row per event and link. `link_no` is given by the relay, after the commit."""
    table = Table(
        "outbox",
        metadata,
        Column("seq", WIDE, primary_key=True, autoincrement=True),
        Column("link", String(64), nullable=False),
        Column("link_no", WIDE),
        Column("incarnation", WIDE),
        Column("event_id", Uuid, nullable=False),
        Column("type", String(100), nullable=False),
        Column("subject", String(200), nullable=False),
        Column("case_id", Uuid),
        Column("body", LargeBinary, nullable=False),
        Column("traceparent", String(60)),
        Column("at", instant, nullable=False),
        UniqueConstraint("link", "link_no", name="outbox_link_no"),
        sqlite_autoincrement=True,
    )
    unnumbered = table.c.link_no.is_(None)
    Index(
        "outbox_unnumbered",
        table.c.link,
        table.c.seq,
        sqlite_where=unnumbered,
        postgresql_where=unnumbered,
    )
    return table


def _link(metadata: MetaData) -> Table:
    """The sending end. `head` is the last number given, `published_no` an economy at restart."""
    return Table(
        "link",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("incarnation", WIDE, nullable=False),
        Column("head", WIDE, nullable=False),
        Column("published_no", WIDE, nullable=False),
    )


def _link_receiver(metadata: MetaData, instant: Instant) -> Table:
    """How far each receiver of a link has durably come, as it told us itself."""
    return Table(
        "link_receiver",
        metadata,
        Column("link", String(64), primary_key=True),
        Column("receiver", String(100), primary_key=True),
        Column("incarnation", WIDE, nullable=False),
        Column("confirmed_no", WIDE, nullable=False),
        Column("at", instant, nullable=False),
    )


def _inbox(metadata: MetaData, instant: Instant) -> Table:
    """What came in. The event id decides whether it was here before, whatever its number now."""
    return Table(
        "inbox",
        metadata,
        Column("consumer", String(64), primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("origin", String(100), nullable=False),
        Column("incarnation", WIDE, nullable=False),
        Column("no", WIDE, nullable=False),
        Column("type", String(100), nullable=False),
        Column("subject", String(200), nullable=False),
        Column("case_id", Uuid),
        Column("body", LargeBinary),
        Column("traceparent", String(60)),
        Column("at", instant, nullable=False),
        Column("state", String(12), nullable=False),
        Column("reason", String(100)),
        Column("settled_at", instant),
        Index("inbox_number", "consumer", "origin", "incarnation", "no"),
        Index("inbox_state", "consumer", "state"),
    )


def _link_cursor(metadata: MetaData, instant: Instant) -> Table:
    """The receiving end: every number up to `no` of this incarnation is applied or parked."""
    return Table(
        "link_cursor",
        metadata,
        Column("consumer", String(64), primary_key=True),
        Column("origin", String(100), primary_key=True),
        Column("incarnation", WIDE, nullable=False),
        Column("no", WIDE, nullable=False),
        Column("at", instant, nullable=False),
    )
