"""A lease is one replica's at a time, and never longer than a lease lasts."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
import pytest_asyncio
from sqlalchemy import MetaData

from kernel import leases, tables
from kernel.database import Database
from kernel.group_commit import Writer
from kernel.leases import LENGTH, Claim
from kernel.testing.clock import FakeClock
from kernel.testing.sample_service import encode, work

METADATA = MetaData()
tables.add_to(METADATA)
LEASE = leases.add_to(METADATA)
SECOND = timedelta(seconds=1)
Take = Callable[[str], Awaitable[bool]]


@pytest_asyncio.fixture
async def take(database: Database, clock: FakeClock) -> AsyncIterator[Take]:
    """Ask for the one lease in the name of a holder."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    handler = partial(leases.take, table=LEASE)
    async with Writer(database, METADATA, clock=clock, encode=encode) as writer:

        async def ask(holder: str) -> bool:
            return await writer.perform(work(handler, Claim("look", holder)))

        yield ask


@pytest.fixture
def clock() -> FakeClock:
    """Moves when told."""
    return FakeClock()


async def test_it_is_one_holders_while_renewed(take: Take, clock: FakeClock) -> None:
    """Who has it may renew it; another waits until it has run out."""
    assert await take("one")
    clock.advance(LENGTH - SECOND)
    assert [await take("another"), await take("one")] == [False, True]
    clock.advance(LENGTH - SECOND)
    assert not await take("another")
    clock.advance(SECOND)
    assert await take("another")


async def test_a_clock_set_back_keeps_nobody_out(take: Take, clock: FakeClock) -> None:
    """A lease that ends later than one taken now would was taken in a time that is not."""
    assert await take("one")
    clock.advance(timedelta(days=-3))
    assert await take("another")
