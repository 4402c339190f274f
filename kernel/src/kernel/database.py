"""Engines of one service's database, SQLite or PostgreSQL behind the same two names."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, String, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.types import TypeDecorator, TypeEngine

BUSY_MS = 15_000
"""How long a statement waits for the lock of another process before it fails."""
CACHE_KIB = 16_384
"""Pages of SQLite kept in memory by each connection, at most."""
CHECKPOINT_PAGES = 4_000
"""Pages of 4 KiB in the write-ahead log before it is carried into the database."""
STATEMENTS_KEPT = 512
"""Prepared statements kept on a connection; more than a service has."""


@lru_cache(maxsize=256)
def iso_utc(instant: datetime) -> str:
    """The instant as SQLite keeps it. Raises ValueError without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only and gives them back in UTC, to the microsecond.

    SQLite keeps ISO 8601 text of one length, so that instants sort and compare as text.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value of it is."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, `timestamptz` elsewhere."""
        kind = String(32) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Refuse a naive datetime with ValueError: nobody knows which instant it means."""
        if value is None:
            return None
        text = iso_utc(value)
        return text if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: str | datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Database:
    """Two engines: `writer` has one connection, `readers` several that cannot write.

    A transaction of a reader sees one state of the database from its first statement to its end.
    """

    writer: Engine
    readers: Engine

    @classmethod
    def open(cls, url: str, *, readers: int = 4) -> "Database":
        """Open `sqlite:///file` or `postgresql://…`; nothing is connected before it is used.

        Raises ValueError for another kind of database, and for SQLite in memory: readers have
        connections of their own and would see an empty one.
        """
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return cls(*_sqlite(address, readers))
        if address.get_backend_name() == "postgresql":
            return cls(*_postgresql(address.set(drivername="postgresql+psycopg"), readers))
        raise ValueError(f"no such kind of database here: {address.get_backend_name()}")

    @property
    def dialect(self) -> Dialect:
        """The SQL dialect; its `name` is `sqlite` or `postgresql`."""
        return self.writer.dialect

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.writer.dispose()
        self.readers.dispose()


def _sqlite(address: URL, readers: int) -> tuple[Engine, Engine]:
    if not address.database or address.database == ":memory:":
        raise ValueError("SQLite needs a file")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    writer = _engine(address, 1, {"cached_statements": STATEMENTS_KEPT})
    reader = _engine(address, readers, {"cached_statements": STATEMENTS_KEPT})
    _begin_with(writer, "BEGIN IMMEDIATE")
    _begin_with(reader, "BEGIN")

    def set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
        _set_up_sqlite(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    def set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
        _set_up_sqlite(connection)
        connection.execute("PRAGMA query_only = ON")

    event.listen(writer, "connect", set_up_writer)
    event.listen(reader, "connect", set_up_reader)
    return writer, reader


def _set_up_sqlite(connection: sqlite3.Connection) -> None:
    # Without this the driver begins transactions by itself and lets a savepoint end them.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")


def _begin_with(engine: Engine, statement: str) -> None:
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(statement))


def _postgresql(address: URL, readers: int) -> tuple[Engine, Engine]:
    import psycopg  # noqa: PLC0415 (10 MB that embedded nodes save)

    options = {"options": f"-c TimeZone=UTC -c lock_timeout={BUSY_MS}"}
    writer = _engine(address, 1, options)
    reader = _engine(address, readers, options)

    def set_up_writer(connection: "psycopg.Connection[Any]", _record: object) -> None:
        connection.prepared_max = STATEMENTS_KEPT

    def set_up_reader(connection: "psycopg.Connection[Any]", _record: object) -> None:
        connection.prepared_max = STATEMENTS_KEPT
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True

    event.listen(writer, "connect", set_up_writer)
    event.listen(reader, "connect", set_up_reader)
    return writer, reader


def _engine(address: URL, connections: int, arguments: dict[str, Any]) -> Engine:
    return create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        connect_args=arguments,
        hide_parameters=True,  # values are personal data; they never go into an error text
    )
