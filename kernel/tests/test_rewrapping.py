"""A new node key while services run: every process takes it, case keys are taken over."""

from pathlib import Path

import pytest
from sqlalchemy import MetaData

from kernel import tables
from kernel.database import Database
from kernel.group_commit import Writer
from kernel.ids import new_id
from kernel.sealing import NodeKey, rotate
from kernel.service import Rewrapping
from kernel.testing.clock import FakeClock
from kernel.testing.sample_service import encode, rows, work
from kernel.unit_of_work import UnitOfWork

METADATA = MetaData()
tables.add_to(METADATA)
CASE_KEY = tables.add_case_keys_to(METADATA)


@pytest.mark.parametrize("cases", [3, 450])
async def test_case_keys_follow_a_rotation(database: Database, tmp_path: Path, cases: int) -> None:
    """All case keys come under the new key while two replicas look; what they seal still opens."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    here, there = NodeKey.load(tmp_path), NodeKey.load(tmp_path)
    first = here.key_id

    def keep(uow: UnitOfWork, title: str) -> bytes:
        key = here.new_case(new_id())
        uow.insert(CASE_KEY, key.row)
        return key.seal("title", title.encode())

    async with Writer(database, METADATA, clock=FakeClock(), encode=encode) as writer:
        for n in range(cases):
            await writer.perform(work(keep, f"case {n}"))
        rewrapping = Rewrapping(writer, CASE_KEY, here)
        assert await rewrapping.round() == 0
        second = rotate(tmp_path)
        assert await rewrapping.round() == cases
        assert await Rewrapping(writer, CASE_KEY, there).round() == 0
        assert await rewrapping.round() == 0
    kept = rows(database, CASE_KEY)
    assert {row["key_id"] for row in kept} == {second} != {first}
    assert all(there.of_case(row).case_id == row["case_id"] for row in kept)


def test_a_key_of_another_process_is_found(tmp_path: Path) -> None:
    """What a process that rotated sealed is opened by one that has not looked yet."""
    here, there = NodeKey.load(tmp_path), NodeKey.load(tmp_path)
    blinded = here.blind("phone", "1")
    rotate(tmp_path)
    here.look()
    sealed = here.seal("note", b"x")
    key = here.new_case(new_id())
    assert there.open("note", sealed) == b"x"
    assert there.of_case(key.row).open("name", key.seal("name", b"y")) == b"y"
    assert there.blind("phone", "1") == blinded == here.blind("phone", "1")
