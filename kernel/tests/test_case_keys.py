"""Case keys in the database: erased, wrapped again, and what remains verifiable."""

import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData

from kernel import tables
from kernel.database import Database
from kernel.group_commit import Writer
from kernel.ids import new_id
from kernel.sealing import (
    SALT_BYTES,
    NodeKey,
    Unopenable,
    commitment,
    destroy,
    rewrap,
    rotate,
)
from kernel.testing.clock import FakeClock
from kernel.testing.sample_service import encode, rows, work
from kernel.unit_of_work import UnitOfWork

METADATA = MetaData()
tables.add_to(METADATA)
CASE_KEY = tables.add_case_keys_to(METADATA)
NAME = "张三".encode()


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    """A writer of a service that keeps personal fields."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    async with Writer(database, METADATA, clock=FakeClock(), encode=encode) as at_work:
        yield at_work


def sealing(node_key: NodeKey, salted: bytes) -> Callable[[UnitOfWork, UUID], bytes]:
    """A handler that makes a case's key and seals a name with it."""

    def seal(uow: UnitOfWork, case_id: UUID) -> bytes:
        key = node_key.new_case(case_id)
        uow.insert(CASE_KEY, key.row)
        return key.seal("name", salted)

    return seal


async def test_erased_case_verifies_but_does_not_open(
    writer: Writer, database: Database, tmp_path: Path
) -> None:
    """After its key is destroyed nothing opens a case's fields; the log's chain still verifies."""
    node_key, case_id = NodeKey.load(tmp_path), new_id()
    salted = os.urandom(SALT_BYTES) + NAME
    sealed = await writer.perform(work(sealing(node_key, salted), case_id))
    (row,) = rows(database, CASE_KEY)
    opened = node_key.of_case(row).open("name", sealed)
    assert commitment("name", opened) == commitment("name", salted)
    logged = commitment("name", salted)
    entry = hashlib.sha256(b"previous" + logged.encode()).hexdigest()

    erase = work(lambda uow, _: destroy(uow, CASE_KEY, case_id))
    assert [await writer.perform(erase) for _ in range(2)] == [True, False]

    (row,) = rows(database, CASE_KEY)
    assert row["destroyed_at"] is not None
    with pytest.raises(Unopenable):
        node_key.of_case(row)
    assert entry == hashlib.sha256(b"previous" + logged.encode()).hexdigest()


async def test_rotation_wraps_every_key_again(
    writer: Writer, database: Database, tmp_path: Path
) -> None:
    """After rotation, in small steps, every case key is under the newest node key and opens."""
    node_key, ids = NodeKey.load(tmp_path), [new_id() for _ in range(7)]
    sealed = {i: await writer.perform(work(sealing(node_key, NAME), i)) for i in ids}
    await writer.perform(work(lambda uow, _: destroy(uow, CASE_KEY, ids[0])))
    rotate(tmp_path)
    newer = NodeKey.load(tmp_path)
    step = work(lambda uow, _: rewrap(uow, CASE_KEY, newer, 4))
    assert [await writer.perform(step) for _ in range(3)] == [4, 2, 0]
    kept = [row for row in rows(database, CASE_KEY) if row["wrapped"]]
    assert {row["key_id"] for row in kept} == {newer.key_id}
    for row in kept:
        assert newer.of_case(row).open("name", sealed[row["case_id"]]) == NAME


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_commitment_binds_to_the_value(one: bytes, other: bytes) -> None:
    """Under one salt two values have one commitment only if they are the same."""
    salt = bytes(SALT_BYTES)
    same = commitment("name", salt + one) == commitment("name", salt + other)
    assert same is (one == other)
    assert commitment("name", salt + one) != commitment("phone", salt + one)


def test_sealing_a_registration_is_quick(tmp_path: Path) -> None:
    """A new key and eight sealed and committed fields take well under a millisecond."""
    node_key, case_id, narrative = NodeKey.load(tmp_path), new_id(), "邻居家水沟堵了".encode() * 30

    def register() -> float:
        start = time.perf_counter()
        key = node_key.new_case(case_id)
        for n in range(8):
            salted = os.urandom(SALT_BYTES) + narrative
            key.seal(f"field_{n}", salted)
            commitment(f"field_{n}", salted)
        return time.perf_counter() - start

    assert min(register() for _ in range(100)) < 0.0005
