from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from kernel.database import Database, UtcDateTime

METADATA = MetaData()
DIARY = Table(
    "diary",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
NOON = datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def diary(database: Database) -> Database:
    """A database with one table."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    return database


def test_instant_survives(diary: Database) -> None:
    """An aware datetime comes back as the same instant, in UTC, to the microsecond."""
    with diary.writer.begin() as connection:
        connection.execute(insert(DIARY), {"id": 1, "at": NOON})
    with diary.readers.connect() as connection:
        read = connection.scalar(select(DIARY.c.at))
    assert read == NOON
    assert read.tzinfo is UTC


def test_naive_instant_refused(diary: Database) -> None:
    """A datetime without a zone is refused before it is stored."""
    with diary.writer.begin() as connection, pytest.raises(StatementError, match="time zone"):
        connection.execute(insert(DIARY), {"id": 1, "at": NOON.replace(tzinfo=None)})


def test_instants_sort(diary: Database) -> None:
    """Instants written in different zones compare by the instant, in SQL."""
    earlier = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-5)))
    with diary.writer.begin() as connection:
        connection.execute(insert(DIARY), [{"id": 1, "at": NOON}, {"id": 2, "at": earlier}])
        found = connection.scalars(select(DIARY.c.id).where(DIARY.c.at < NOON)).all()
    assert list(found) == [2]


def test_released_savepoint_is_not_a_commit(diary: Database) -> None:
    """What a released savepoint did is gone when the transaction around it is rolled back."""
    with diary.writer.connect() as connection:
        transaction = connection.begin()
        with connection.begin_nested():
            connection.execute(insert(DIARY), {"id": 1, "at": NOON})
        transaction.rollback()
    with diary.readers.connect() as connection:
        assert connection.execute(select(DIARY)).all() == []


def test_readers_cannot_write(diary: Database) -> None:
    """A write on a reader's connection is an error of the database."""
    with diary.readers.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(insert(DIARY), {"id": 1, "at": NOON})


def test_reader_sees_one_state(diary: Database) -> None:
    """A commit during a reader's transaction does not show in it."""
    with diary.readers.connect() as connection:
        before = connection.execute(select(DIARY)).all()
        with diary.writer.begin() as writing:
            writing.execute(insert(DIARY), {"id": 1, "at": NOON})
        assert connection.execute(select(DIARY)).all() == before


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    """On SQLite a commit is synced, in WAL mode, with foreign keys checked."""
    database = Database.open(f"sqlite:///{tmp_path / 'a' / 'b.db'}")
    with database.writer.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.scalar(text(f"PRAGMA {name}")) for name in asked]
    database.close()
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_wrong_database_refused(url: str) -> None:
    """A database in memory or of another kind is refused at once."""
    with pytest.raises(ValueError, match=r"SQLite needs a file|no such kind"):
        Database.open(url)


def test_values_stay_out_of_error_texts(diary: Database) -> None:
    """The text of a database error holds no bound value."""
    with diary.writer.begin() as connection:
        connection.execute(insert(DIARY), {"id": 424242, "at": NOON})
    with diary.writer.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(insert(DIARY), {"id": 424242, "at": NOON})
    assert "2026-03-01" not in str(caught.value)
