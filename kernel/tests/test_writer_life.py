"""Callers that go, a writer that stops or is killed, and who is told of a commit."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from opentelemetry import trace
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from kernel.database import Database
from kernel.errors import StaleVersion
from kernel.group_commit import (
    Committed,
    InternalFault,
    Overloaded,
    Readers,
    Work,
    Writer,
    WriterStopped,
    current_traceparent,
)
from kernel.group_commit import commands as commands_module
from kernel.group_commit import writer as writer_module
from kernel.telemetry.traces import journey
from kernel.testing.sample_service import (
    CASE,
    OUTBOX,
    Opened,
    add_note,
    count_notes,
    create,
    open_case,
    rows,
    work,
    writer_of,
)
from kernel.testing.waiting import eventually
from kernel.unit_of_work import UnitOfWork


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    """A writer at work on a fresh database."""
    create(database)
    async with writer_of(database) as at_work:
        yield at_work


async def test_caller_that_goes_away(writer: Writer, database: Database) -> None:
    """A caller that stops waiting does not undo its command."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork, title: str) -> None:
        begun.set()
        assert go_on.wait(10)
        open_case(uow, title)

    waiting = asyncio.create_task(writer.submit(work(slow, "slow")))
    await eventually(begun.is_set)
    waiting.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await eventually(lambda: [row["title"] for row in rows(database, CASE)] == ["slow"])


async def test_stop_finishes_what_was_taken(database: Database) -> None:
    """Stopping answers what was handed in and refuses what comes later."""
    create(database)
    writer = writer_of(database)
    writer.start()
    taken = [asyncio.create_task(writer.submit(work(open_case, f"t{i}"))) for i in range(200)]
    await asyncio.sleep(0)
    await writer.stop()
    await asyncio.gather(*taken)
    assert len(rows(database, CASE)) == 200
    with pytest.raises(WriterStopped):
        await writer.submit(work(open_case, "late"))


async def test_too_many_waiting(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """When too many commands wait, new ones are refused at once and the others done."""
    monkeypatch.setattr(writer_module, "MAX_WAITING", 3)
    begun, go_on = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork, _: None) -> None:
        begun.set()
        assert go_on.wait(10)
        open_case(uow, "slow")

    first = asyncio.create_task(writer.submit(work(slow)))
    await eventually(begun.is_set)
    others = [asyncio.create_task(writer.submit(work(open_case, f"t{i}"))) for i in range(5)]
    await eventually(lambda: sum(each.done() for each in others) == 2)
    go_on.set()
    got = await asyncio.gather(first, *others, return_exceptions=True)
    assert sum(isinstance(answer, Overloaded) for answer in got) == 2
    assert len(rows(database, CASE)) == 4


async def test_told_of_events_after_the_commit(writer: Writer, database: Database) -> None:
    """Listeners hear of commits that hold events, when the events are there; of no others."""
    heard: list[int] = []
    links: list[frozenset[str]] = []

    def hear(commit: Committed) -> None:
        heard.append(len(rows(database, OUTBOX)))
        links.append(commit.links)

    writer.on_commit.append(hear)
    case_id = await writer.perform(work(open_case, "a"))
    await eventually(lambda: heard == [1])
    await writer.submit(work(count_notes, case_id))
    await writer.submit(work(add_note, (case_id, "n")))
    await eventually(lambda: len(heard) > 1)
    assert heard == [1, 2]
    assert links == [frozenset({"local"})] * 2


async def test_notes_of_a_command_are_told_once_it_is_durable(
    writer: Writer, database: Database
) -> None:
    """What a handler noted reaches the listeners after its commit; a refused command's never."""
    told: list[object] = []
    writer.on_commit.append(lambda commit: told.extend(commit.notes))

    def notes(uow: UnitOfWork, what: str) -> None:
        uow.note(what)
        if what == "refused":
            raise StaleVersion

    with pytest.raises(StaleVersion):
        await writer.submit(Work(notes, "refused"))
    await writer.submit(Work(notes, "kept"))
    await eventually(lambda: told == ["kept"])
    assert rows(database, OUTBOX) == []


async def test_trace_reaches_the_outbox(writer: Writer, database: Database) -> None:
    """An event carries the trace of the call that caused it; one of a case the case's own."""

    def emit(uow: UnitOfWork, case_id: UUID | None) -> None:
        uow.emit(Opened(case_id, 1))  # type: ignore[arg-type]  # an event without a case

    context = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(1))
    case_id = uuid4()
    with trace.use_span(trace.NonRecordingSpan(context)):
        await writer.submit(Work(emit, None))
        await writer.submit(Work(emit, case_id))
        caller = current_traceparent()
    root = journey(case_id)
    assert caller == f"00-{0xABC:032x}-{0xDEF:016x}-01"
    kept = [row["traceparent"] for row in rows(database, OUTBOX)]
    assert kept == [caller, f"00-{root.trace_id:032x}-{root.span_id:016x}-01"]


async def test_readers_run_beside_the_writer(writer: Writer, database: Database) -> None:
    """Reads run on threads of their own and see what was committed before them."""
    readers = Readers(database)
    await writer.submit(work(open_case, "a"))
    count = select(func.count()).select_from(CASE)
    both = asyncio.gather(*(readers.run(lambda reading: reading.scalar(count)) for _ in range(9)))
    assert await both == [1] * 9
    with pytest.raises(DBAPIError):
        await readers.run(lambda reading: reading.execute(CASE.delete()))
    readers.close()


async def test_repeatable_command_needs_submit(writer: Writer) -> None:
    """`perform` is for commands that have no earlier answer."""
    with pytest.raises(ValueError, match="request_id"):
        await writer.perform(work(open_case, "a", request_id=uuid4()))


@pytest.mark.parametrize("repeat", range(2))
async def test_killed_in_mid_load(database_url: str, repeat: int) -> None:
    """Kill -9 in mid-load: every command that was answered is there, with its event, once."""
    database = Database.open(database_url)
    create(database)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("load_process.py")),
        database_url,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    answered = [UUID((await child.stdout.readline()).decode().strip()) for _ in range(150)]
    child.kill()
    rest, _ = await child.communicate()
    answered += [UUID(line.decode()) for line in rest.splitlines() if len(line) == 36]
    with database.readers.connect() as reading:  # one state of the database for all three
        there = reading.scalars(select(CASE.c.id)).all()
        numbers = reading.scalars(select(CASE.c.no).order_by(CASE.c.no)).all()
        told = reading.scalars(select(OUTBOX.c.case_id)).all()
    database.close()
    assert set(answered) <= set(there)
    assert list(numbers) == list(range(1, len(there) + 1))
    assert sorted(told) == sorted(there)


async def test_writer_outlives_what_nobody_expected(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault outside the handlers answers everybody in the batch; the thread works on."""

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "no room for the log")

    taken = uuid4()

    def insert(uow: UnitOfWork, title: str) -> None:
        uow.insert(CASE, {"id": taken, "no": 7, "title": title, "at": uow.now})

    await writer.submit(work(insert, "a"))
    with monkeypatch.context() as broken:
        broken.setattr(commands_module.log, "info", full_disk, raising=False)
        with pytest.raises(InternalFault):
            await writer.submit(work(insert, "b"))
    assert await writer.submit(work(open_case, "c"))
