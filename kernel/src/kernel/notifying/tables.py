"""The table of notices, one row for each recipient of each occasion."""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    literal_column,
)

from kernel.database import UtcDateTime

WAITING = ("failed", "held", "not_possible")


def add_to(metadata: MetaData) -> Table:
    """Add `notice` to a service's metadata.

    Nothing personal is in it: who is told is an id, what is told a key and codes. Where somebody is
    reached is opened when it is sent, and forgotten.
    """
    notice = Table(
        "notice",
        metadata,
        Column("notice_id", Uuid, primary_key=True),  # made of case, occasion and recipient
        Column("case_id", Uuid, nullable=False),
        Column("occasion", Text, nullable=False),
        Column("recipient", Text, nullable=False),  # id of a party, or of an account
        Column("template", Text, nullable=False),
        Column("arguments", Text, nullable=False),  # JSON; codes, ids, days
        Column("unit", Text, nullable=False),  # that has to see to what a machine could not do
        Column("state", Text, nullable=False),
        Column("reason", Text, nullable=False, default=""),
        Column("channel", Text, nullable=False, default=""),
        Column("tries", Integer, nullable=False, default=0),
        Column("version", BigInteger, nullable=False, default=1),
        Column("at", UtcDateTime, nullable=False),
        Column("next_try_at", UtcDateTime),  # NULL: no machine has anything to do
        Column("sent_at", UtcDateTime),
        Column("done_at", UtcDateTime),
        Column("done_by", Text, nullable=False, default=""),
        Index("notice_by_case", "case_id", "at", "notice_id"),
        Index("notice_by_unit", "unit", "at", "notice_id"),
    )
    due = notice.c.next_try_at.is_not(None)
    Index("notice_due", notice.c.next_try_at, sqlite_where=due, postgresql_where=due)
    waits = for_a_person(notice)
    Index(
        "notice_for_a_person",
        notice.c.unit,
        notice.c.at,
        notice.c.notice_id,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    return notice


def for_a_person(notice: Table) -> ColumnElement[bool]:
    """Those that no machine will try again and nobody was told of.

    The states stand in the statement itself: a planner must see that the index is for them.
    """
    return notice.c.state.in_([literal_column(f"'{state}'") for state in WAITING])
