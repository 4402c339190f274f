"""The outbox traces of the hand-over protocol: each broke a simpler wording of its rules."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy import Connection

from kernel.consumer.inbox import NUMBER_REUSED
from kernel.database import Database
from kernel.incarnation import Witness
from kernel.relay import Retention
from kernel.testing.clock import FakeClock
from kernel.testing.link_bench import (
    ORIGIN,
    SENDER,
    TABLES,
    Pair,
    Side,
    pair,
    side,
    step,
    steps_taken,
    take_steps,
)
from kernel.testing.nats import LocalNats
from kernel.testing.postgres import PostgresServer
from kernel.testing.sample_service import Unwanted, work
from kernel.testing.waiting import eventually
from kernel.unit_of_work import UnitOfWork

CASES = [UUID(int=n + 1) for n in range(5)]


@pytest_asyncio.fixture
async def bench(local_nats: LocalNats, database_url: str, tmp_path: Path) -> AsyncIterator[Pair]:
    """A sender on each kind of database, a receiver on SQLite; nothing runs yet."""
    receiver = f"sqlite:///{tmp_path / 'receiver.db'}"
    async with pair(local_nats, database_url, receiver, tmp_path / "node") as made:
        yield made


def put_event(connection: Connection, case_id: UUID) -> UUID:
    """Insert an event as another writer of the service does, and leave it uncommitted."""
    event_id = uuid4()
    connection.execute(
        TABLES.outbox.insert().values(
            link="local",
            event_id=event_id,
            type="test.other",
            subject=f"case.1.1.1.{SENDER}.other",
            case_id=case_id,
            body=b"{}",
            at=FakeClock().now(),
        )
    )
    return event_id


async def test_trace_26_late_commit_skipped(
    local_nats: LocalNats, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """A row whose transaction commits after a later row was sent is sent too."""
    url = postgres_server.create()
    receiver_url = f"sqlite:///{tmp_path / 'receiver.db'}"
    async with pair(local_nats, url, receiver_url, tmp_path / "node") as bench:
        relay = await bench.start_relay()
        receiver = await bench.start_receiver()
        other = Database.open(url)
        with other.writer.begin() as late:
            late_event = put_event(late, CASES[0])
            await take_steps(bench.sender, CASES[1:], 4)
            await bench.settled(receiver, 4)
            assert late_event not in {row.event_id for row in await relay.rows_from(1)}
        await bench.settled(receiver, 5)
        assert [row.event_id for row in await relay.rows_from(5)] == [late_event]
        other.close()
    postgres_server.drop(url)


async def test_trace_27_hole_after_a_rolled_back_savepoint(bench: Pair) -> None:
    """Refused commands whose rows had used up sequence values leave no hole in the numbers."""

    def refuse(uow: UnitOfWork, case_id: UUID) -> int:
        step(uow, case_id)
        uow.scalar(TABLES.outbox.select())  # the row is sent to the database, then undone
        raise Unwanted

    relay = await bench.start_relay()
    receiver = await bench.start_receiver()
    works = [work(refuse if n % 3 == 1 else step, CASES[n % 5]) for n in range(60)]
    answers = await asyncio.gather(*map(bench.sender.writer.submit, works), return_exceptions=True)
    assert sum(isinstance(answer, Unwanted) for answer in answers) == 20
    await bench.settled(receiver, 40)
    assert [row.no for row in await relay.rows_from(1)] == list(range(1, 41))
    assert bench.in_step()


async def test_trace_28_tail_lost_with_a_wiped_store(bench: Pair) -> None:
    """The last messages vanish with the stream; the head tells, and they are sent again."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 10)
    await eventually(lambda: relay.head.no == 10 and relay.lag == 0)
    bench.nats.restart(wipe=True)
    await eventually(lambda: relay.broker.connected)
    receiver = await bench.start_receiver()
    await bench.settled(receiver, 10)
    assert bench.in_step()


async def test_trace_29_purged_on_ack(bench: Pair) -> None:
    """What the stream acknowledged is kept until the receiver itself has it."""
    relay = await bench.start_relay()
    retention = Retention(relay)
    await take_steps(bench.sender, CASES, 10)
    await eventually(lambda: relay.head.no == 10 and relay.lag == 0)
    bench.clock.advance(timedelta(days=1000))
    assert await retention.purge() == 0
    bench.nats.restart(wipe=True)
    await eventually(lambda: relay.broker.connected)
    receiver = await bench.start_receiver()
    await bench.settled(receiver, 10)
    await retention.confirm("routing", *receiver.cursor(ORIGIN))
    assert await retention.purge() == 9
    assert bench.in_step()


class Restored:
    """A sender on SQLite whose database is put back to an older state while it is stopped."""

    def __init__(self, nats: LocalNats, receiver: Side, home: Path) -> None:
        self.nats = nats
        self.receiver = receiver
        self.home = home

    @property
    def url(self) -> str:
        """The sender's database."""
        return f"sqlite:///{self.home / 'sender' / 'sender.db'}"

    def pair(self, sender: Side) -> Pair:
        """Both ends, with the sender as it is now."""
        return Pair(self.nats, sender, self.receiver, self.home / "node")

    def backup(self) -> None:
        """Copy the database of the stopped sender."""
        shutil.copytree(self.home / "sender", self.home / "backup")

    def restore(self) -> None:
        """Put the copy back."""
        shutil.rmtree(self.home / "sender")
        shutil.copytree(self.home / "backup", self.home / "sender")


@pytest_asyncio.fixture
async def restored(local_nats: LocalNats, tmp_path: Path) -> AsyncIterator[Restored]:
    """Three events sent, a backup, two more sent and received, and the backup put back."""
    async with side(f"sqlite:///{tmp_path / 'receiver.db'}") as receiver:
        made = Restored(local_nats, receiver, tmp_path)
        for cases in (CASES[:3], CASES[3:]):
            async with side(made.url) as sender:
                bench = made.pair(sender)
                await bench.start_relay()
                upto = 3 if cases == CASES[:3] else 5
                receiving = await bench.start_receiver()
                await take_steps(sender, cases, len(cases))
                await bench.settled(receiving, upto)
                await bench.stop()
            if upto == 3:
                made.backup()
        made.restore()
        yield made


async def test_trace_30_restored_child_re_uses_numbers(restored: Restored) -> None:
    """New events of a restored sender are of a new incarnation: none is taken for an old one."""
    fresh = [uuid4(), uuid4()]
    async with side(restored.url) as sender:
        bench = restored.pair(sender)
        relay = await bench.start_relay()
        assert relay.head.incarnation == 2
        receiver = await bench.start_receiver()
        await take_steps(sender, fresh, 2)
        await bench.settled(receiver, 5, incarnation=2)
        assert steps_taken(restored.receiver) == dict.fromkeys([*CASES, *fresh], 1)
        assert await receiver.list_parked() == []
        await bench.stop()


async def test_trace_30_unnoticed_re_use_is_shown(restored: Restored) -> None:
    """Should a restore go unnoticed, events under used numbers are parked and shown, not lost."""
    async with side(restored.url) as sender:
        bench = restored.pair(sender)
        await bench.start_relay_in(1, Witness(restored.home / "other", SENDER))
        receiver = await bench.start_receiver()
        await take_steps(sender, [uuid4(), uuid4()], 2)
        await eventually(lambda: len(bench.parked_reasons()) == 2)
        assert bench.parked_reasons() == [NUMBER_REUSED] * 2
        assert receiver.cursor(ORIGIN) == (1, 5)
        await bench.stop()


async def test_trace_31_kept_rows_keep_old_numbers(restored: Restored) -> None:
    """In a new incarnation every kept row is numbered from 1 again and applied no second time."""
    async with side(restored.url) as sender:
        bench = restored.pair(sender)
        relay = await bench.start_relay()
        receiver = await bench.start_receiver()
        await bench.settled(receiver, 3, incarnation=2)
        rows = await relay.rows_from(1)
        assert [(row.incarnation, row.no) for row in rows] == [(2, 1), (2, 2), (2, 3)]
        assert steps_taken(restored.receiver) == dict.fromkeys(CASES, 1)
        await bench.stop()
