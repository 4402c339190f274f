"""Tables of a service that holds case data: who may write, what was answered, what was told."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text, Uuid

from kernel.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class Tables:
    """`write_grant`, `handoff` and `fact` of one service, and the kernel's `counter`."""

    write_grant: Table
    """The right to write a case. No row, or a lock, means no."""
    handoff: Table
    """What was answered to routing about each hand-over; kept for ever."""
    fact: Table
    """What the service did, so that a log that missed an event can ask for it."""
    counter: Table

    @classmethod
    def add_to(cls, metadata: MetaData) -> Self:
        """Add them to a metadata that has the kernel's tables."""
        counter = metadata.tables["counter"]
        return cls(_write_grant(metadata), _handoff(metadata), _fact(metadata), counter)


def _write_grant(metadata: MetaData) -> Table:
    return Table(
        "write_grant",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("epoch", BigInteger, nullable=False),
        Column("unit", Text, nullable=False),
        Column("path", Text, nullable=False),
        Column("state", Text, nullable=False),  # open, locked, ended
        Column("handoff_id", Uuid),  # under which it is locked
    )


def _handoff(metadata: MetaData) -> Table:
    return Table(
        "handoff",
        metadata,
        Column("handoff_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("release", Text, nullable=False, default=""),  # released, refused or nothing yet
        Column("reason", Text, nullable=False, default=""),
        Column("last_fact_no", BigInteger, nullable=False, default=0),
        Column("kept", Boolean, nullable=False, default=False),
        Column("imported", Boolean, nullable=False, default=False),
        Column("at", UtcDateTime, nullable=False),
        Index("handoff_by_case", "case_id"),
    )


def _fact(metadata: MetaData) -> Table:
    return Table(
        "fact",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("fact_no", BigInteger, primary_key=True),
        Column("event_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("epoch", BigInteger, nullable=False),
        Column("unit", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Column("body", Text, nullable=False),  # JSON; codes and ids
        Column("commitments", Text, nullable=False),  # JSON
    )
