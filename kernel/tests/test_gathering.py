"""Work done many at a time: who goes with whom, in which order, and reads that are shared."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, literal, select

from kernel.database import Database
from kernel.gathering import Gathering, InStep
from kernel.readers import Readers, Together
from kernel.testing.waiting import eventually


async def test_lone_comer_goes_at_once() -> None:
    """One who comes alone waits for nobody, and not longer than an event loop that is free."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=9)
    gathering.add(1)
    assert gone == []
    await eventually(lambda: gone == [[1]])


async def test_one_batch_at_a_time() -> None:
    """While a batch is under way the next one gathers; batches are full at most, in order."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=3)
    for number in range(3):
        gathering.add(number)
    await eventually(lambda: gone == [[0, 1, 2]])
    for number in range(3, 7):
        gathering.add(number)
    await asyncio.sleep(0)
    assert len(gone) == 1
    gathering.done()
    await eventually(lambda: gone[1:] == [[3, 4, 5]])
    gathering.done()
    await eventually(lambda: gone[2:] == [[6]])


async def test_crowd_is_waited_for() -> None:
    """Where five went together, the next five go together though they come one by one."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=9)
    for number in range(5):
        gathering.add(number)
    await eventually(lambda: len(gone) == 1)
    gathering.done()
    for number in range(5):
        gathering.add(number)
        await asyncio.sleep(0)
    await eventually(lambda: len(gone) == 2)
    assert gone[1] == [0, 1, 2, 3, 4]


async def test_crowd_that_stays_away() -> None:
    """Who comes alone after a crowd goes too, once nobody else is coming."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=9)
    for number in range(5):
        gathering.add(number)
    await eventually(lambda: len(gone) == 1)
    gathering.done()
    gathering.add(5)
    await eventually(lambda: gone[1:] == [[5]])


async def test_urgent_comer_waits_for_no_company() -> None:
    """Who is in a hurry goes with the next turn, though a crowd is expected."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=9)
    for number in range(5):
        gathering.add(number)
    await eventually(lambda: len(gone) == 1)
    gathering.done()
    gathering.add(5, urgent=True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert gone[1:] == [[5]]


async def test_idle_waits_for_the_last() -> None:
    """`idle` comes when nothing waits and nothing is under way, at once if that is so already."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=1)
    await gathering.idle()
    gathering.add(1)
    gathering.add(2)
    idle = asyncio.create_task(gathering.idle())
    await eventually(lambda: gone == [[1]])
    gathering.done()
    await eventually(lambda: gone == [[1], [2]])
    assert not idle.done()
    gathering.done()
    await idle


async def test_questions_of_one_moment_are_one_read(database: Database) -> None:
    """Those who ask together are answered by one read, each with the answer to his question."""
    reads: list[Sequence[int]] = []

    def doubled(connection: Connection, asked: Sequence[int]) -> list[int]:
        reads.append(asked)
        return [connection.scalar(select(literal(number * 2))) or 0 for number in asked]

    readers = Readers(database)
    together = Together(readers, doubled)
    assert await asyncio.gather(*(together.ask(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert reads == [[0, 1, 2, 3, 4]]
    readers.close()


async def test_read_that_fails(database: Database) -> None:
    """A read that fails fails for all who shared it, and for nobody after them."""
    fails = [True]

    def read(_connection: Connection, asked: Sequence[int]) -> Sequence[int]:
        if fails.pop():
            raise LookupError
        return asked

    readers = Readers(database)
    together = Together(readers, read)
    both = await asyncio.gather(together.ask(1), together.ask(2), return_exceptions=True)
    assert [type(answer) for answer in both] == [LookupError, LookupError]
    fails.append(False)
    assert await together.ask(3) == 3
    readers.close()


async def test_asker_that_goes_away(database: Database) -> None:
    """One who stops waiting does not disturb those who asked with him."""
    readers = Readers(database)
    together: Together[int, int] = Together(readers, lambda _connection, asked: asked)
    leaving, staying = (asyncio.create_task(together.ask(number)) for number in (1, 2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 2
    with pytest.raises(asyncio.CancelledError):
        await leaving
    readers.close()


async def test_in_step_each_gets_his_own() -> None:
    """Those who ask together are answered by one call, each with his answer or his exception."""
    calls: list[Sequence[int]] = []

    def halved(asked: Sequence[int]) -> list[int | Exception]:
        calls.append(asked)
        return [ValueError(number) if number % 2 else number // 2 for number in asked]

    in_step = InStep(halved)
    answers = await asyncio.gather(*(in_step.ask(n) for n in range(4)), return_exceptions=True)
    assert calls == [[0, 1, 2, 3]]
    assert [repr(answer) for answer in answers] == ["0", "ValueError(1)", "1", "ValueError(3)"]


async def test_in_step_work_that_fails() -> None:
    """When the work as a whole fails, whoever asked is told, and the next are served."""

    def work(asked: Sequence[int]) -> Sequence[int]:
        if 0 in asked:
            raise LookupError
        return asked

    in_step = InStep(work)
    both = await asyncio.gather(in_step.ask(0), in_step.ask(1), return_exceptions=True)
    assert [type(answer) for answer in both] == [LookupError, LookupError]
    assert await in_step.ask(2) == 2


async def test_held_back_while_it_would_be_of_no_use() -> None:
    """While held they gather, full batches excepted; when nothing holds them they go together."""
    gone: list[list[int]] = []
    held = [True]
    gathering = Gathering(gone.append, most=4, held=lambda: held[0])
    for number in range(4):
        gathering.add(number)
    await eventually(lambda: gone == [[0, 1, 2, 3]])
    gathering.done()
    gathering.add(4)
    await asyncio.sleep(0)
    gathering.add(5)
    held[0] = False
    await eventually(lambda: gone[1:] == [[4, 5]])


async def test_nobody_is_held_for_ever() -> None:
    """What is held goes all the same after a while."""
    gone: list[list[int]] = []
    gathering = Gathering(gone.append, most=4, held=lambda: True)
    gathering.add(1)
    await eventually(lambda: gone == [[1]])
