"""What the writer answers when the database fails it: nobody is told OK of what is not there."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, func, literal, select

from kernel.database import Database
from kernel.group_commit import Answered, DatabaseAway, InternalFault, StorageFull
from kernel.group_commit import commands as commands_module
from kernel.group_commit.commands import Commands
from kernel.group_commit.job import Job
from kernel.ids import new_id
from kernel.readers import Readers
from kernel.testing.postgres import PostgresServer
from kernel.testing.proxy import CutLine
from kernel.testing.sample_service import (
    CASE,
    METADATA,
    REQUEST,
    create,
    encode,
    open_case,
    rows,
    work,
)
from kernel.unit_of_work import UnitOfWork
from kernel.unit_of_work.driver import TransactionLost
from kernel.unit_of_work.postgresql import PostgresDriver

NOW = datetime(2026, 5, 4, tzinfo=UTC)
ROOM = 20
"""Pages a full disk still has room for."""


def jobs_of(*handlers: Callable[[UnitOfWork, Any], Any], repeatable: bool = False) -> list[Job]:
    """One job for each handler."""
    more: dict[str, Any] = {"answer": lambda case_id: case_id.bytes} if repeatable else {}
    return [
        Job(work(handler, f"t{n}", **more, request_id=uuid4() if repeatable else None), NOW)
        for n, handler in enumerate(handlers)
    ]


def titles(database: Database) -> set[str]:
    """Titles of the cases that are there."""
    return {row["title"] for row in rows(database, CASE)}


def test_trace_32_full_disk_in_a_savepoint(tmp_path: Path) -> None:
    """A full disk inside a savepoint ends the whole transaction: who is answered OK is there."""
    database = Database.open(f"sqlite:///{tmp_path / 'full.db'}")
    create(database)
    with database.writer.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used + ROOM}")

    def too_big(uow: UnitOfWork, title: str) -> None:
        open_case(uow, title + "x" * 4096 * 2 * ROOM)
        uow.scalar(select(func.count()).select_from(CASE))

    jobs = jobs_of(open_case, too_big, open_case)
    Commands(database, METADATA, encode).run(jobs)
    assert [type(job.error) for job in jobs] == [type(None), StorageFull, type(None)]
    assert titles(database) == {"t0", "t2"}

    small = jobs_of(*[open_case] * 400)
    Commands(database, METADATA, encode).run(small)
    answered = {job.result for job in small if job.error is None}
    assert {type(job.error) for job in small} == {type(None), StorageFull}
    assert answered <= {row["id"] for row in rows(database, CASE)}
    assert len(rows(database, CASE)) == 2 + len(answered)
    database.close()


def test_constraint_checked_at_commit(database: Database) -> None:
    """When COMMIT itself is refused, the command to blame fails and the others are done."""
    create(database)

    def dangle(uow: UnitOfWork, title: str) -> None:
        case_id = open_case(uow, title)
        uow.update(CASE, {"id": case_id}, {"merged_into": new_id()})

    jobs = jobs_of(open_case, dangle, open_case)
    Commands(database, METADATA, encode).run(jobs)
    assert [type(job.error) for job in jobs] == [type(None), InternalFault, type(None)]
    assert titles(database) == {"t0", "t2"}


class Unaware(PostgresDriver):
    """A driver that does not look before it commits."""

    alive = True


@pytest.mark.parametrize("kind", [PostgresDriver, Unaware])
def test_commit_answered_by_rollback(
    postgres_server: PostgresServer, kind: type[PostgresDriver]
) -> None:
    """COMMIT of an aborted transaction, which PostgreSQL answers without an error, is noticed."""
    database = Database.open(postgres_server.url())
    with kind.engine(database.writer).connect() as connection, connection.begin():
        driver = kind(connection)
        with contextlib.suppress(psycopg.Error):
            driver.cursor.execute("SELECT 1 / 0")
        with pytest.raises(TransactionLost):
            driver.commit()
    database.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """A fresh database with the tables of the sample service."""
    url = postgres_server.create()
    database = Database.open(url)
    create(database)
    database.close()
    return url


def test_backend_killed_before_commit(postgres_url: str) -> None:
    """When the connection dies in mid-batch all commands are run again and done once."""
    database = Database.open(postgres_url)
    killed: list[int] = []

    def kill(uow: UnitOfWork, title: str) -> Any:
        pid = uow.scalar(select(func.pg_backend_pid()))
        if not killed:
            killed.append(pid)
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        return open_case(uow, title)

    jobs = jobs_of(open_case, kill, open_case)
    Commands(database, METADATA, encode).run(jobs)
    assert [job.error for job in jobs] == [None] * 3
    assert sorted(row["no"] for row in rows(database, CASE)) == [1, 2, 3]
    database.close()


@pytest.mark.parametrize("deliver", [True, False])
def test_connection_lost_at_commit(
    postgres_server: PostgresServer, postgres_url: str, deliver: bool
) -> None:
    """When nobody knows what became of COMMIT the request_id decides: each is done once."""
    with CutLine(postgres_server.port) as line:
        database = Database.open(postgres_url.replace(str(postgres_server.port), str(line.port)))
        commands = Commands(database, METADATA, encode)
        commands.run(jobs_of(open_case))
        line.cut_at(b"COMMIT", deliver=deliver)
        jobs = jobs_of(open_case, open_case, open_case, repeatable=True)
        commands.run(jobs)
        assert line.cuts == 1
        assert [job.error for job in jobs] == [None] * 3
        kinds = {isinstance(job.result, Answered) for job in jobs}
        assert kinds == {deliver}
        assert len(rows(database, CASE)) == 4
        answers = {job.result.answer if deliver else job.result.bytes for job in jobs}
        assert answers == {row["answer"] for row in rows(database, REQUEST)}
        database.close()


async def test_reading_while_the_database_is_away(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    """A read is refused as retryable too, on a lost connection and without any, not as a fault."""
    with CutLine(postgres_server.port) as line:
        database = Database.open(postgres_url.replace(str(postgres_server.port), str(line.port)))
        readers = Readers(database)
        assert await readers.run(one) == 1
        line.go_down()
        line.cut_at(b"SELECT", deliver=False)
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                await readers.run(one)
        line.come_up()
        assert await readers.run(one) == 1
        readers.close()
        database.close()


def one(connection: Connection) -> int:
    """Read something."""
    found: int = connection.execute(select(literal(1))).scalar_one()
    return found


def test_database_away_for_long(
    postgres_server: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands are refused as retryable while the database is away, and done once it is back."""
    monkeypatch.setattr(commands_module, "PATIENCE_S", 0.2)
    with CutLine(postgres_server.port) as line:
        database = Database.open(postgres_url.replace(str(postgres_server.port), str(line.port)))
        commands = Commands(database, METADATA, encode)
        commands.run(jobs_of(open_case))
        line.go_down()
        line.cut_at(b"BEGIN", deliver=False)
        jobs = jobs_of(open_case, open_case)
        commands.run(jobs)
        assert [type(job.error) for job in jobs] == [DatabaseAway] * 2
        line.come_up()
        again = jobs_of(open_case)
        commands.run(again)
        assert again[0].error is None
        assert len(rows(database, CASE)) == 2
        database.close()
