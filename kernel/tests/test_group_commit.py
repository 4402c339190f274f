"""Commands through the writer, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from kernel.database import Database
from kernel.errors import RequestIdReused
from kernel.group_commit import (
    Answered,
    InternalFault,
    Writer,
)
from kernel.identity import Caller, Kind
from kernel.testing.sample_service import (
    CASE,
    COUNTER,
    NOTE,
    OUTBOX,
    Unwanted,
    add_note,
    count_notes,
    create,
    open_case,
    rows,
    work,
    writer_of,
)
from kernel.unit_of_work import UnitOfWork


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    """A writer at work on a fresh database."""
    create(database)
    async with writer_of(database) as at_work:
        yield at_work


async def test_one_command(writer: Writer, database: Database) -> None:
    """A command's rows, number and event are there when it is answered."""
    case_id = await writer.submit(work(open_case, "fence"))
    (case,) = rows(database, CASE)
    assert (case["id"], case["no"], case["title"], case["version"]) == (case_id, 1, "fence", 1)
    (sent,) = rows(database, OUTBOX)
    assert (sent["case_id"], sent["link"], sent["link_no"]) == (case_id, "local", None)


async def test_many_at_once(writer: Writer, database: Database) -> None:
    """Commands that share a batch are all done, with numbers and events in their order."""
    ids = await asyncio.gather(*(writer.submit(work(open_case, f"t{i}")) for i in range(100)))
    assert [row["case_id"] for row in rows(database, OUTBOX)] == list(ids)
    by_no = sorted(rows(database, CASE), key=lambda row: row["no"])
    assert [row["id"] for row in by_no] == list(ids)
    assert [row["no"] for row in by_no] == list(range(1, 101))


async def test_refused_leaves_nothing(writer: Writer, database: Database) -> None:
    """A refused command leaves no row, number or event, and the others of its batch are kept."""

    def refuse(uow: UnitOfWork, title: str) -> UUID:
        open_case(uow, title)
        raise Unwanted

    works = [work(refuse if i % 3 == 1 else open_case, f"t{i}") for i in range(30)]
    answers = await asyncio.gather(*map(writer.submit, works), return_exceptions=True)
    refused = [type(answer) for answer in answers if isinstance(answer, Exception)]
    assert refused == [Unwanted] * 10
    assert sorted(row["no"] for row in rows(database, CASE)) == list(range(1, 21))
    assert len(rows(database, OUTBOX)) == 20


async def test_commands_on_one_case_in_one_batch(writer: Writer, database: Database) -> None:
    """Commands on the same case see each other in one batch, with queries between them."""
    case_id = await writer.submit(work(open_case, "well"))
    works = [
        work(count_notes, case_id) if i % 2 else work(add_note, (case_id, f"n{i}"))
        for i in range(40)
    ]
    answers = await asyncio.gather(*map(writer.submit, works))
    assert answers == [i // 2 + 1 for i in range(40)]
    assert [row["n"] for row in rows(database, NOTE)] == list(range(1, 21))


async def test_repeat_gets_the_first_answer(writer: Writer, database: Database) -> None:
    """Copies of a request_id, in one batch and later, are done once and answered the same."""
    once = work(
        open_case, "x", request_id=uuid4(), answer=lambda case_id: case_id.bytes, method="m"
    )
    first, second = await asyncio.gather(writer.submit(once), writer.submit(once))
    later = await writer.submit(once)
    assert isinstance(first, UUID)
    assert second == later == Answered(first.bytes)
    assert len(rows(database, CASE)) == 1


async def test_fault_in_one_handler(writer: Writer, database: Database) -> None:
    """An unexpected exception fails its command alone, and nothing of its text comes out."""

    def stumble(uow: UnitOfWork, title: str) -> None:
        open_case(uow, title)
        raise ZeroDivisionError(title)

    works = [work(open_case, "a"), work(stumble, "secret"), work(open_case, "b")]
    answers = await asyncio.gather(*map(writer.submit, works), return_exceptions=True)
    assert isinstance(answers[1], InternalFault)
    assert "secret" not in repr(answers[1])
    assert [row["value"] for row in rows(database, COUNTER)] == [2]
    assert len(rows(database, CASE)) == 2


async def test_request_id_of_another_request(writer: Writer, database: Database) -> None:
    """The same request_id with another content, method or caller is refused and tells nothing."""
    request_id = uuid4()
    await writer.submit(work(open_case, "mine", request_id=request_id, method="Open"))
    stranger = Caller(Kind.STAFF, "somebody-else")
    for other in (
        work(open_case, "other", request_id=request_id, method="Open"),
        work(open_case, "mine", request_id=request_id, method="Amend"),
        work(open_case, "mine", request_id=request_id, method="Open", caller=stranger),
    ):
        with pytest.raises(RequestIdReused) as refused:
            await writer.submit(other)
        assert [one.field for one in refused.value.fields] == ["request_id"]
    assert len(rows(database, CASE)) == 1


async def test_repeat_after_a_restart(database: Database) -> None:
    """A new writer on the same database gives the answer of the old one."""
    create(database)
    once = work(open_case, "x", request_id=uuid4(), answer=lambda case_id: case_id.bytes)
    async with writer_of(database) as first:
        case_id = await first.submit(once)
    async with writer_of(database) as second:
        repeated = await second.submit(once)
    assert isinstance(case_id, UUID)
    assert repeated == Answered(case_id.bytes)


async def test_refusal_is_not_remembered(writer: Writer) -> None:
    """A refused command may succeed under the same request_id later."""
    case_id = uuid4()
    note = work(add_note, (case_id, "n"), request_id=uuid4())
    with pytest.raises(Unwanted):
        await writer.submit(note)

    def open_it(uow: UnitOfWork, _: None) -> None:
        uow.insert(CASE, {"id": case_id, "no": 1, "at": uow.now})

    await writer.submit(work(open_it))
    assert await writer.submit(note) == 1
