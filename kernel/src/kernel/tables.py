"""Tables that every service's database has besides its own."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid

from kernel.database import UtcDateTime
from kernel.links import tables as links

AUTOINCREMENT = BigInteger().with_variant(Integer, "sqlite")
"""The type of a key that the database counts up: SQLite does so for INTEGER only."""


def add_to(metadata: MetaData) -> None:
    """Add outbox, inbox and links, request, counter and read_audit to a service's metadata."""
    links.add_to(metadata, UtcDateTime())
    _request(metadata)
    _counter(metadata)
    _read_audit(metadata)


def add_case_keys_to(metadata: MetaData) -> Table:
    """Add `case_key`, for a service that keeps personal fields (`kernel.sealing`)."""
    return Table(
        "case_key",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("wrapped", LargeBinary, nullable=True),
        Column("key_id", Text, nullable=False),
        Column("destroyed_at", UtcDateTime, nullable=True),
        Index("case_key_by_node_key", "key_id"),
    )


def add_directory_copy_to(metadata: MetaData) -> Table:
    """Add `directory_copy`, for a service that follows the directory (`kernel.service`)."""
    return Table(
        "directory_copy",
        metadata,
        Column("version", BigInteger, primary_key=True),
        Column("content", LargeBinary, nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )


def add_rules_copy_to(metadata: MetaData) -> Table:
    """Add `rules_copy`, for a service that counts by the county's rules (`kernel.service`)."""
    return Table(
        "rules_copy",
        metadata,
        Column("version", BigInteger, primary_key=True),  # profiles and notices in it
        Column("content", LargeBinary, nullable=False),
        Column("at", UtcDateTime, nullable=False),
    )


def _request(metadata: MetaData) -> Table:
    """Answers given, by request_id: a repeat gets the same answer."""
    return Table(
        "request",
        metadata,
        Column("request_id", Uuid, primary_key=True),
        Column("method", Text, nullable=False),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("answer", LargeBinary, nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Index("request_by_time", "at"),
    )


def _counter(metadata: MetaData) -> Table:
    """The last number given in each series; a number of a refused command is given again."""
    return Table(
        "counter",
        metadata,
        Column("series", Text, primary_key=True),
        Column("value", BigInteger, nullable=False),
    )


def _read_audit(metadata: MetaData) -> Table:
    """Who read personal fields of which case, and why (PIPL 51, 54)."""
    return Table(
        "read_audit",
        metadata,
        Column("seq", AUTOINCREMENT, primary_key=True),
        Column("at", UtcDateTime, nullable=False),
        Column("caller", Text, nullable=False),
        Column("unit", Text, nullable=False),
        Column("method", Text, nullable=False),
        Column("case_id", Uuid, nullable=True),
        Column("fields", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Index("read_audit_by_case", "case_id", "seq"),
        Index("read_audit_by_caller", "caller", "seq"),
        sqlite_autoincrement=True,
    )
