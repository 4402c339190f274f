import hashlib
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
    BoxInvalid,
    BoxKey,
    CaseKey,
    CaseKeys,
    Erased,
    NodeKeys,
    NodeKeyUnknown,
    commitment,
    seal_to,
)
from kernel.sealing.case_key import SealBroken
from kernel.sealing.case_keys import CaseKeyMissing
from kernel.testing.clock import FakeClock
from kernel.testing.sample_service import encode, work
from kernel.unit_of_work import UnitOfWork

METADATA = MetaData()
tables.add_to(METADATA)
CASE_KEY = tables.add_case_keys_to(METADATA)
KEY = CaseKey(bytes(range(32)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def node_keys(tmp_path: Path) -> NodeKeys:
    """The keys of a new node."""
    return NodeKeys(tmp_path / "keys")


@pytest.fixture
def case_keys(node_keys: NodeKeys) -> CaseKeys:
    """The keys of its cases."""
    return CaseKeys(node_keys, CASE_KEY)


@pytest_asyncio.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    """A writer of a service that keeps personal fields."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    async with Writer(database, METADATA, clock=FakeClock(), encode=encode) as at_work:
        yield at_work


@given(TEXTS, TEXTS)
def test_sealed_text_opens(field: str, text: str) -> None:
    """What was sealed comes back, whatever it was."""
    assert KEY.open(field, KEY.seal(field, text).data) == text


@given(TEXTS)
def test_commitment_is_of_text_and_salt(text: str) -> None:
    """The commitment can be worked out again from text and salt, and from nothing else."""
    sealed = KEY.seal("phone", text)
    opened = KEY.unseal("phone", sealed.data)
    assert sealed.commitment == commitment("phone", text, opened.salt)
    assert sealed.commitment != commitment("phone", text, bytes(16))
    assert sealed.commitment != commitment("name", text, opened.salt)


def test_same_text_sealed_twice_looks_different() -> None:
    """Neither bytes nor commitment show that two fields hold the same text."""
    one, two = KEY.seal("name", "张三"), KEY.seal("name", "张三")
    assert one.data != two.data
    assert one.commitment != two.commitment


@pytest.mark.parametrize("part", [slice(0), slice(10), slice(-1), slice(None, None, -1)])
def test_altered_bytes_do_not_open(part: slice) -> None:
    """Bytes that were cut or altered are refused, not read wrongly."""
    with pytest.raises(SealBroken):
        KEY.open("name", KEY.seal("name", "张三").data[part])


def test_field_does_not_open_as_another() -> None:
    """A sealed value that was moved into another column is refused."""
    with pytest.raises(SealBroken):
        KEY.open("phone", KEY.seal("name", "张三").data)


def test_salt_travels_with_the_case() -> None:
    """A field sealed again at the next holder keeps its commitment, under another key."""
    sent = KEY.seal("name", "张三")
    text, salt = KEY.unseal("name", sent.data)
    received = CaseKey(bytes(32)).seal("name", text, salt)
    assert received.commitment == sent.commitment
    assert received.data != sent.data


async def test_destroyed_key_erases(
    writer: Writer, case_keys: CaseKeys, database: Database
) -> None:
    """After the key is destroyed nothing opens the field, while the log's chain still verifies."""
    case_id = new_id()
    sealed = await writer.perform(
        work(lambda uow, _: case_keys.new(uow, case_id).seal("name", "张三"))
    )
    entry = hashlib.sha256(b"previous" + sealed.commitment.encode()).hexdigest()
    await writer.perform(work(lambda uow, _: case_keys.destroy(uow, case_id)))
    with pytest.raises(Erased):
        await writer.perform(
            work(lambda uow, _: case_keys.of(uow, case_id).open("name", sealed.data))
        )
    with database.readers.connect() as connection:
        assert case_keys.read(connection, [case_id]) == {}
        (row,) = connection.execute(CASE_KEY.select())
    assert row.wrapped is None
    assert entry == hashlib.sha256(b"previous" + sealed.commitment.encode()).hexdigest()


async def test_destroying_twice_keeps_the_first_time(writer: Writer, case_keys: CaseKeys) -> None:
    """A second erasure changes nothing; one of an unknown case is refused."""
    case_id = new_id()
    await writer.perform(work(lambda uow, _: _new(uow, case_keys, case_id)))
    for _ in range(2):
        await writer.perform(work(lambda uow, _: case_keys.destroy(uow, case_id)))
    with pytest.raises(CaseKeyMissing):
        await writer.perform(work(lambda uow, _: case_keys.destroy(uow, new_id())))


async def test_rotation_wraps_again(
    writer: Writer, case_keys: CaseKeys, node_keys: NodeKeys, database: Database, tmp_path: Path
) -> None:
    """After rotation and re-wrapping the old key's file is needed no more."""
    ids = [new_id() for _ in range(7)]

    def seal_all(uow: UnitOfWork, case_ids: list[UUID]) -> list[bytes]:
        return [case_keys.new(uow, case_id).seal("name", "张三").data for case_id in case_ids]

    sealed = await writer.perform(work(seal_all, ids))
    old, new = node_keys.current, node_keys.rotate()
    assert node_keys.current == new > old
    counts = [await writer.perform(work(lambda uow, _: case_keys.rewrap(uow, 5))) for _ in range(3)]
    assert counts == [5, 2, 0]
    (tmp_path / "keys" / f"{old}.wrap.key").unlink()
    fresh = CaseKeys(NodeKeys(tmp_path / "keys"), CASE_KEY)
    with database.readers.connect() as connection:
        keys = fresh.read(connection, ids)
    assert [keys[case].open("name", data) for case, data in zip(ids, sealed, strict=True)] == [
        "张三"
    ] * 7


async def test_lost_node_key_is_named(writer: Writer, case_keys: CaseKeys, tmp_path: Path) -> None:
    """Without the file of its node key a case key is a fault that names the missing key."""
    case_id = new_id()
    await writer.perform(work(lambda uow, _: _new(uow, case_keys, case_id)))
    other = NodeKeys(tmp_path / "other")
    with pytest.raises(NodeKeyUnknown, match="000001-"):
        other.unwrap(case_id, "000001-ffffffff", bytes(60))


def test_key_files_are_for_the_owner_only(node_keys: NodeKeys, tmp_path: Path) -> None:
    """Key files are readable by their owner only, and are the same at the next start."""
    files = list((tmp_path / "keys").iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    again = NodeKeys(tmp_path / "keys")
    assert again.current == node_keys.current
    assert again.blind("phone", "1") == node_keys.blind("phone", "1")


def test_blinded_values_compare(node_keys: NodeKeys, tmp_path: Path) -> None:
    """Equal values of a kind are equal when blinded; kinds and nodes do not mix."""
    blinded = node_keys.blind("phone", "13800000000")
    assert blinded == node_keys.blind("phone", "13800000000")
    node_keys.rotate()
    assert blinded == node_keys.blind("phone", "13800000000")
    assert blinded != node_keys.blind("name", "13800000000")
    assert blinded != NodeKeys(tmp_path / "other").blind("phone", "13800000000")
    assert len(blinded) == 16


def test_box_opens_for_the_receiver_only() -> None:
    """A sealed matter opens with the receiving body's key and in its own context, else never."""
    receiver = BoxKey()
    box = seal_to(receiver.public, "内容".encode(), "matter-1")
    assert BoxKey(receiver.private).open(box, "matter-1").decode() == "内容"
    for key, context in ((BoxKey(), "matter-1"), (receiver, "matter-2")):
        with pytest.raises(BoxInvalid):
            key.open(box, context)
    with pytest.raises(BoxInvalid):
        receiver.open(box[:-1] + bytes([box[-1] ^ 1]), "matter-1")


def test_sealing_a_registration_is_quick(node_keys: NodeKeys) -> None:
    """A new key and eight sealed fields take well under a millisecond of this machine's time."""
    case_id, narrative = new_id(), "邻居家的水沟堵了" * 30

    def register() -> None:
        key, _wrapped = node_keys.new_case_key(case_id)
        for n in range(8):
            key.seal(f"field_{n}", narrative)

    best = min(_seconds(register) for _ in range(50))
    assert best < 0.0005


def _seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _new(uow: UnitOfWork, case_keys: CaseKeys, case_id: UUID) -> None:
    case_keys.new(uow, case_id)
