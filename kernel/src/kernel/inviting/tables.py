"""Tables of a service that invites people to what it holds."""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

from kernel.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class Tables:
    """`invitation` and `invited_word` of one service; both travel with the case, as facts."""

    invitation: Table
    """Never deleted: who was invited, and what came of it."""
    invited_word: Table
    """What a party said of somebody being there; never changed, the last word counts."""

    @classmethod
    def add_to(cls, metadata: MetaData, *own: Column[Any]) -> Self:
        """Add them to a service's metadata; `own` says what people are invited to."""
        return cls(_invitation(metadata, own), _word(metadata))


def _invitation(metadata: MetaData, own: tuple[Column[Any], ...]) -> Table:
    return Table(
        "invitation",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("no", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("account", Text, nullable=False),  # empty for one who does not sign in here
        Column("unit", Text, nullable=False),  # of the directory, that the person belongs to
        Column("standing", Text, nullable=False),
        Column("custody", BigInteger, nullable=False),  # the epoch it was made in, and ends with
        Column("invited_at", UtcDateTime, nullable=False),
        Column("invited_by", Text, nullable=False),
        Column("undertaking", Text, nullable=False, default=""),  # version of what was undertaken
        Column("answered_at", UtcDateTime),
        Column("answered_by", Text, nullable=False, default=""),
        Column("noted_at", UtcDateTime),  # when presence was noted, or it was withdrawn
        Column("noted_by", Text, nullable=False, default=""),
        *own,
        Column("sealed", LargeBinary, nullable=False),  # name, and where the person comes from
        Index("invitation_by_account", "account", "case_id"),
    )


def _word(metadata: MetaData) -> Table:
    return Table(
        "invited_word",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("no", Integer, primary_key=True),  # of the invitation
        Column("n", Integer, primary_key=True),  # in the order it was taken down
        Column("party_id", Uuid, nullable=False),
        Column("given", Boolean, nullable=False),
        Column("on_day", Date, nullable=False),
        Column("actor", Text, nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )
