"""Two writers on one database, as two replicas of a service have."""

import asyncio
from uuid import UUID, uuid4

from kernel.database import Database
from kernel.errors import StaleVersion
from kernel.group_commit import (
    Answered,
)
from kernel.testing.sample_service import (
    CASE,
    NOTE,
    OUTBOX,
    add_note,
    create,
    open_case,
    rows,
    work,
    writer_of,
)
from kernel.unit_of_work import UnitOfWork


async def test_two_writers_on_one_case(database_url: str) -> None:
    """Two writers, as two replicas have, lose no change, number or event of one case."""
    one, two = Database.open(database_url), Database.open(database_url)
    create(one)
    async with writer_of(one) as left, writer_of(two) as right:
        case_id = await left.perform(work(open_case, "shared"))
        works = [work(add_note, (case_id, f"n{i}")) for i in range(60)]
        answers = await asyncio.gather(
            *((left if i % 2 else right).perform(each) for i, each in enumerate(works))
        )
    assert sorted(answers) == list(range(1, 61))
    assert [row["n"] for row in rows(one, NOTE)] == list(range(1, 61))
    sent = [row["body"] for row in rows(one, OUTBOX)][1:]
    assert [f'"no": {n}' in body.decode() for n, body in enumerate(sent, 1)] == [True] * 60
    one.close()
    two.close()


async def test_two_writers_take_numbers(database_url: str) -> None:
    """Two writers that start a series at once share it without gap or double."""
    one, two = Database.open(database_url), Database.open(database_url)
    create(one)
    async with writer_of(one, max_batch=5) as left, writer_of(two, max_batch=5) as right:
        await asyncio.gather(
            *((left if i % 2 else right).submit(work(open_case, f"t{i}")) for i in range(50))
        )
    assert sorted(row["no"] for row in rows(one, CASE)) == list(range(1, 51))
    one.close()
    two.close()


async def test_one_request_at_two_writers(database_url: str) -> None:
    """Of two copies that reach two replicas at once one is done, the other gets its answer."""
    one, two = Database.open(database_url), Database.open(database_url)
    create(one)
    async with writer_of(one) as left, writer_of(two) as right:
        for _ in range(10):
            once = work(open_case, "x", request_id=uuid4(), answer=lambda case_id: case_id.bytes)
            got = await asyncio.gather(left.submit(once), right.submit(once))
            assert sorted(isinstance(answer, Answered) for answer in got) == [False, True]
    assert len(rows(one, CASE)) == 10
    one.close()
    two.close()


async def test_two_writers_and_a_version(database_url: str) -> None:
    """Of callers that saw the same version, at two writers, exactly one changes the row."""
    one, two = Database.open(database_url), Database.open(database_url)
    create(one)

    def bump(uow: UnitOfWork, command: tuple[UUID, int]) -> None:
        case_id, version = command
        uow.update(CASE, {"id": case_id}, {"version": version + 1}, expect={"version": version})

    async with writer_of(one) as left, writer_of(two) as right:
        case_id = await left.perform(work(open_case, "shared"))
        for version in range(1, 11):
            both = [writer.submit(work(bump, (case_id, version))) for writer in (left, right)]
            got = await asyncio.gather(*both, return_exceptions=True)
            assert sorted(type(answer).__name__ for answer in got) == ["NoneType", "StaleVersion"]
            assert any(isinstance(answer, StaleVersion) for answer in got)
    assert rows(one, CASE)[0]["version"] == 11
    one.close()
    two.close()


async def test_two_writers_lock_crosswise(database_url: str) -> None:
    """Commands that take two cases in opposite order, at two writers, are both done."""
    one, two = Database.open(database_url), Database.open(database_url)
    create(one)

    def swap(uow: UnitOfWork, order: list[UUID]) -> None:
        for case_id in order:
            case = uow.get(CASE, id=case_id)
            assert case is not None
            uow.update(CASE, {"id": case_id}, {"version": case["version"] + 1})

    async with writer_of(one) as left, writer_of(two) as right:
        ids = [await left.perform(work(open_case, title)) for title in "ab"]
        for _ in range(5):
            await asyncio.gather(left.submit(work(swap, ids)), right.submit(work(swap, ids[::-1])))
    assert [row["version"] for row in rows(one, CASE)] == [11, 11]
    one.close()
    two.close()
