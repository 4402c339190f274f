"""What a handler sees of its own writes and of earlier commands in its batch."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from kernel.database import Database
from kernel.errors import StaleVersion
from kernel.group_commit.commands import Commands
from kernel.group_commit.job import Job
from kernel.ids import new_id
from kernel.testing.postgres import PostgresServer
from kernel.testing.sample_service import (
    CASE,
    COUNTER,
    METADATA,
    NOTE,
    OUTBOX,
    Opened,
    Unwanted,
    create,
    encode,
    rows,
    work,
)
from kernel.unit_of_work import DuplicateKey, UnitOfWork

NOW = datetime(2026, 5, 4, tzinfo=UTC)
A, B = new_id(), new_id()
Handler = Callable[[UnitOfWork, Any], Any]


@pytest.fixture
def commands(database: Database) -> Commands:
    """Commands on a fresh database, run in this thread."""
    create(database)
    return Commands(database, METADATA, encode)


def run(commands: Commands, *handlers: Handler) -> list[Any]:
    """Run the handlers as one batch; their results or errors."""
    jobs = [Job(work(handler), NOW) for handler in handlers]
    commands.run(jobs)
    return [job.error or job.result for job in jobs]


def case(case_id: UUID, no: int, **more: Any) -> dict[str, Any]:
    """A row of CASE."""
    return {"id": case_id, "no": no, "at": NOW, **more}


def opening(case_id: UUID, no: int, **more: Any) -> Handler:
    """A handler that inserts this row."""
    return lambda uow, _: uow.insert(CASE, case(case_id, no, **more))


def reading(case_id: UUID, column: str) -> Handler:
    """A handler that answers one value of a row, None without the row."""

    def read(uow: UnitOfWork, _: None) -> Any:
        row = uow.get(CASE, id=case_id)
        return row and row[column]

    return read


def test_command_sees_its_own_writes(commands: Commands) -> None:
    """Inserted, updated and deleted rows show at once to the command that wrote them."""
    seen = []

    def write(uow: UnitOfWork, _: None) -> None:
        for change in (
            lambda: uow.insert(CASE, case(A, 1, title="a")),
            lambda: uow.update(CASE, {"id": A}, {"title": "b"}),
            lambda: uow.delete(CASE, id=A),
            lambda: uow.insert(CASE, case(A, 2, title="c")),
        ):
            change()
            row = uow.get(CASE, id=A)
            found = [each["no"] for each in uow.find(CASE, id=A)]
            counted = uow.scalar(select(func.count()).select_from(CASE))
            seen.append((row and row["title"], found, counted))

    run(commands, write)
    assert seen == [("a", [1], 1), ("b", [1], 1), (None, [], 0), ("c", [2], 1)]


def test_later_command_sees_earlier_ones(commands: Commands, database: Database) -> None:
    """Commands of one batch read each other's rows by key, by value and by query."""

    def look(uow: UnitOfWork, _: None) -> tuple[Any, ...]:
        row = uow.get(CASE, id=A)
        by_value = [each["id"] for each in uow.find(CASE, title="x")]
        return row and row["no"], by_value, uow.query(select(CASE.c.no)) == [(1,)]

    def retitle(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"title": "y"})

    def remove(uow: UnitOfWork, _: None) -> None:
        uow.delete(CASE, id=A)

    results = run(commands, look, opening(A, 1, title="x"), look, retitle, look, remove, look)
    assert results[::2] == [
        (None, [], False),
        (1, [A], True),
        (1, [], True),
        (None, [], False),
    ]
    assert rows(database, CASE) == []


def test_find_works_before_and_after_a_flush(commands: Commands) -> None:
    """A look-up by value finds committed, flushed and pending rows, each once."""
    run(commands, opening(A, 1, title="x"))

    def count(uow: UnitOfWork, _: None) -> int:
        return len(uow.find(CASE, title="x"))

    def flush(uow: UnitOfWork, _: None) -> int:
        return int(uow.scalar(select(func.count()).select_from(CASE)))

    assert run(commands, count, opening(B, 2, title="x"), count, flush, count) == [1, None, 2, 2, 2]


def test_find_sees_rows_without_a_key_yet(commands: Commands) -> None:
    """A look-up by value sees events that were emitted before in the batch."""

    def emit(uow: UnitOfWork, _: None) -> None:
        uow.emit(Opened(A, 1), links=("local", "up"))

    def count(uow: UnitOfWork, _: None) -> int:
        return len(uow.find(OUTBOX, case_id=A))

    def both(uow: UnitOfWork, _: None) -> int:
        emit(uow, None)
        return count(uow, None)

    assert run(commands, count, emit, count, both) == [0, None, 2, 4]


def test_refused_after_query_leaves_nothing(commands: Commands, database: Database) -> None:
    """A command whose rows were sent for a query and that is then refused leaves no trace."""

    def refuse(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, case(A, 1))
        uow.update(CASE, {"id": B}, {"title": "spoilt"})
        assert uow.scalar(select(func.count()).select_from(CASE)) == 2
        uow.find(CASE, title="spoilt")
        raise Unwanted

    results = run(commands, opening(B, 2, title="b"), refuse, reading(A, "no"), reading(B, "title"))
    assert isinstance(results[1], Unwanted)
    assert results[2:] == [None, "b"]
    assert [row["title"] for row in rows(database, CASE)] == ["b"]


def test_refused_with_a_row_inserted_before_the_refusal(
    commands: Commands, database: Database
) -> None:
    """After a refusal the same key can be inserted by the next command."""

    def refuse(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, case(A, 1))
        raise Unwanted

    results = run(commands, refuse, opening(A, 2))
    assert results[1] is None
    assert [row["no"] for row in rows(database, CASE)] == [2]


def test_statement_of_many_rows(commands: Commands) -> None:
    """A statement changes pending rows too, and reads after it show what it did."""

    def retitle(uow: UnitOfWork, _: None) -> int:
        uow.get(CASE, id=A)
        return int(uow.execute(update(CASE).values(title="z")).rowcount)  # type: ignore[attr-defined]  # of a CursorResult

    results = run(
        commands, opening(A, 1), opening(B, 2), retitle, reading(A, "title"), reading(B, "title")
    )
    assert results[2:] == [2, "z", "z"]


def test_version_is_guarded(commands: Commands) -> None:
    """Of two commands that saw the same version, one changes the row and the other is refused."""

    def bump(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"version": 2}, expect={"version": 1})

    results = run(commands, opening(A, 1), bump, bump)
    assert results[1] is None
    assert isinstance(results[2], StaleVersion)
    assert results[2].ids == {"current": "2"}


def test_changing_what_is_not_there(commands: Commands) -> None:
    """An update or delete of a missing row is refused as stale."""

    def change(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"version": 2})

    def remove(uow: UnitOfWork, _: None) -> None:
        uow.delete(CASE, id=A)

    assert [type(each) for each in run(commands, change, remove)] == [StaleVersion] * 2


def test_known_key_is_not_inserted_twice(commands: Commands) -> None:
    """An insert of a key that the batch has seen is refused at once, naming the table only."""
    results = run(commands, opening(A, 1), opening(A, 2))
    assert isinstance(results[1], DuplicateKey)
    assert results[1].ids == {"table": "case"}


def test_duplicate_found_by_the_database(commands: Commands, database: Database) -> None:
    """When one command's unique value is taken, that one alone is refused, without its value."""
    run(commands, opening(A, 1))
    results = run(
        commands, opening(B, 7), opening(new_id(), 1, title="secret"), opening(new_id(), 8)
    )
    assert [type(each) for each in results] == [type(None), DuplicateKey, type(None)]
    assert "secret" not in f"{results[1]!r} {results[1].ids}"
    assert sorted(row["no"] for row in rows(database, CASE)) == [1, 7, 8]


def test_unique_value_is_handed_on(commands: Commands, database: Database) -> None:
    """A unique value freed by one command can be taken by the next in the same batch."""

    def give_up(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"no": 2})

    run(commands, opening(A, 1))
    assert run(commands, give_up, opening(B, 1)) == [None, None]
    assert {row["id"]: row["no"] for row in rows(database, CASE)} == {A: 2, B: 1}


def test_unique_value_freed_too_late(commands: Commands, database: Database) -> None:
    """A value freed only by a later command was still taken for the earlier one."""

    def give_up(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"no": 2})

    results = run(commands, opening(A, 1), opening(B, 1), give_up)
    assert [type(each) for each in results] == [type(None), DuplicateKey, type(None)]
    assert {row["id"]: row["no"] for row in rows(database, CASE)} == {A: 2}


def test_parents_before_children(commands: Commands, database: Database) -> None:
    """Children may be written before their parents within a batch, and deleted after them."""

    def add(uow: UnitOfWork, _: None) -> None:
        uow.insert(NOTE, {"case_id": A, "n": 1, "text": "t"})
        uow.insert(CASE, case(A, 1))

    def remove(uow: UnitOfWork, _: None) -> None:
        uow.delete(CASE, id=A)
        uow.delete(NOTE, case_id=A, n=1)

    assert run(commands, add) == [None]
    assert run(commands, remove) == [None]
    assert rows(database, NOTE) == []


def test_query_for_a_child_sends_its_parent(commands: Commands) -> None:
    """A query that names only the child's table sees a pending child with a pending parent."""

    def add(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, case(A, 1))
        uow.insert(NOTE, {"case_id": A, "n": 1, "text": "t"})

    def count(uow: UnitOfWork, _: None) -> int:
        return int(uow.scalar(select(func.count()).select_from(NOTE)))

    assert run(commands, add, count) == [None, 1]


def test_ids_and_time_are_the_same_when_run_again(commands: Commands) -> None:
    """A handler that runs twice is given the same ids, in order, and the same time."""
    run(commands, opening(A, 1))
    seen: list[tuple[Any, ...]] = []

    def note(uow: UnitOfWork, _: None) -> None:
        seen.append((uow.new_id(), uow.new_id(), uow.now))

    run(commands, note, opening(B, 1))
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[0][1]


def test_numbers_have_no_gaps(commands: Commands, database: Database) -> None:
    """Numbers taken by refused commands are given again; series do not mix."""

    def take(uow: UnitOfWork, _: None) -> int:
        return uow.next_number("a")

    def refuse(uow: UnitOfWork, _: None) -> int:
        assert uow.next_number("a") == uow.next_number("b") + 1
        uow.query(select(COUNTER))
        raise Unwanted

    results = run(commands, take, refuse, take, refuse, take)
    assert results[::2] == [1, 2, 3]
    assert {row["series"]: row["value"] for row in rows(database, COUNTER)} == {"a": 3}


def test_rows_cannot_be_changed_in_place(commands: Commands) -> None:
    """What `get` answers is read only: a change goes through `update`."""

    def spoil(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, case(A, 1))
        with pytest.raises(TypeError):
            uow.get(CASE, id=A)["no"] = 9  # type: ignore[index]  # the point of the test

    assert run(commands, spoil) == [None]


def test_swallowed_database_error_is_noticed(commands: Commands, database: Database) -> None:
    """A handler that goes on after a database error is not answered OK; the others are."""
    run(commands, opening(A, 1))

    def swallow(uow: UnitOfWork, _: None) -> str:
        uow.insert(CASE, case(B, 1))
        try:
            uow.query(select(CASE))
        except Exception:  # noqa: BLE001  # the fault that is tried here
            return "fine"
        return "never"

    results = run(commands, opening(new_id(), 5), swallow, opening(new_id(), 6))
    assert results[0] is results[2] is None
    assert isinstance(results[1], Exception)
    assert sorted(row["no"] for row in rows(database, CASE)) == [1, 5, 6]


@pytest.mark.parametrize("row", [{"id": A, "no": 1}, {"id": "x", "no": 1, "at": NOW}])
def test_impossible_row_fails_alone(
    commands: Commands, database: Database, row: dict[str, Any]
) -> None:
    """A row that the database or a type refuses fails its own command and no other."""

    def insert(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, row)

    results = run(commands, opening(new_id(), 5), insert)
    assert results[0] is None
    assert type(results[1]).__name__ == "InternalFault"
    assert [each["no"] for each in rows(database, CASE)] == [5]


def test_events_go_out_on_each_link(commands: Commands, database: Database) -> None:
    """One event is one row a link, under the same event id, with the trace it came from."""

    def emit(uow: UnitOfWork, _: None) -> UUID:
        return uow.emit(Opened(A, 1), links=("local", "up"))

    (event_id,) = run(commands, emit)
    sent = rows(database, OUTBOX)
    assert [(row["link"], row["event_id"], row["at"]) for row in sent] == [
        ("local", event_id, NOW),
        ("up", event_id, NOW),
    ]


def test_key_does_not_change(commands: Commands, database: Database) -> None:
    """An update of a primary key is a fault of the handler; nothing of it is kept."""

    def rekey(uow: UnitOfWork, _: None) -> None:
        uow.update(CASE, {"id": A}, {"id": B})

    results = run(commands, opening(A, 1), rekey)
    assert type(results[1]).__name__ == "InternalFault"
    assert [row["id"] for row in rows(database, CASE)] == [A]


@pytest.mark.parametrize("look", ["find", "get"])
def test_row_read_unlocked_and_changed_by_another(
    postgres_server: PostgresServer, look: str
) -> None:
    """A row that was only looked at and that another writer changed since is not overwritten."""
    url = postgres_server.create()
    mine, other = Database.open(url), Database.open(url)
    create(mine)
    commands = Commands(mine, METADATA, encode)
    run(commands, opening(A, 1, title="old"))

    def change(uow: UnitOfWork, _: None) -> None:
        row = uow.find(CASE, no=1)[0] if look == "find" else uow.get(CASE, lock=False, id=A)
        assert row is not None
        if row["title"] == "old":
            with other.writer.begin() as connection:
                connection.execute(update(CASE).values(title="new"))
        uow.update(CASE, {"id": A}, {"title": row["title"] + "er"})

    results = run(commands, change)
    assert [type(each) for each in results] == [StaleVersion]
    assert [row["title"] for row in rows(mine, CASE)] == ["new"]
    assert run(commands, change) == [None]
    assert [row["title"] for row in rows(mine, CASE)] == ["newer"]
    mine.close()
    other.close()
    postgres_server.drop(url)
