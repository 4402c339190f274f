"""Events from one service's database to another's, over a real nats-server."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from kernel.broker import Message
from kernel.clock import SystemClock
from kernel.consumer import Forgetting
from kernel.errors import NotReady
from kernel.incarnation import Witness
from kernel.links.envelope import headers_of
from kernel.relay import PeerAhead, Relay, Retention
from kernel.relay import relay as relay_module
from kernel.relay.link_end import KEPT_FOR
from kernel.testing.link_bench import (
    ORIGIN,
    SENDER,
    STREAM,
    TABLES,
    Pair,
    pair,
    step,
    steps_taken,
    take_steps,
)
from kernel.testing.nats import LocalNats
from kernel.testing.sample_service import Unwanted, work
from kernel.testing.waiting import eventually
from kernel.unit_of_work import AtOnce, UnitOfWork

CASES = [UUID(int=n + 1) for n in range(20)]


@pytest_asyncio.fixture
async def bench(local_nats: LocalNats, tmp_path: Path) -> AsyncIterator[Pair]:
    """A sender and a receiver, both on SQLite."""
    sender, receiver = (f"sqlite:///{tmp_path / name}" for name in ("sender.db", "receiver.db"))
    async with pair(local_nats, sender, receiver, tmp_path / "node") as made:
        yield made


@pytest.mark.parametrize("sends", [True, False], ids=["as sender", "as receiver"])
async def test_events_arrive_once_in_order(
    local_nats: LocalNats, database_url: str, tmp_path: Path, *, sends: bool
) -> None:
    """What is committed at one end takes effect at the other once, each case in its order."""
    ends = (database_url, f"sqlite:///{tmp_path / 'other.db'}")
    here, there = ends if sends else ends[::-1]
    async with pair(local_nats, here, there, tmp_path / "node") as bench:
        await bench.start_relay()
        receiver = await bench.start_receiver()
        await take_steps(bench.sender, CASES, 300)
        await bench.settled(receiver, 300)
        assert bench.in_step()


@pytest.mark.parametrize(
    "seconds,wipe",
    [(60, False), (300, True), (600, False), (3600, True)],
    ids=["60 s", "300 s, store lost", "600 s", "3600 s, store lost"],
)
async def test_open_zaak_nothing_is_lost_in_a_broker_outage(
    bench: Pair, seconds: int, *, wipe: bool
) -> None:
    """Open Zaak lost 1,276 events in 300 s; 3,000 committed meanwhile arrive once, in order."""
    relay = await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES, 200)
    await bench.settled(receiver, 200)
    bench.nats.stop(wipe=wipe)
    for _ in range(3):
        await take_steps(bench.sender, CASES, 1000)
        bench.clock.advance(timedelta(seconds=seconds / 3))
    await eventually(lambda: relay.head.no == 3200)
    assert not relay.broker.connected
    bench.nats.start()
    await bench.settled(receiver, 3200)
    assert bench.in_step()
    assert await receiver.list_parked() == []


@pytest.mark.parametrize("wipe", [False, True], ids=["store kept", "store lost"])
async def test_broker_restarts_while_events_flow(bench: Pair, *, wipe: bool) -> None:
    """Restarts in mid-stream, with and without the store, lose and repeat nothing."""
    await bench.start_relay()
    receiver = await bench.start_receiver()
    for round_ in range(1, 4):
        flow = asyncio.create_task(take_steps(bench.sender, CASES, 400))
        await bench.passed(receiver, (round_ - 1) * 400)
        bench.nats.restart(wipe=wipe)
        await flow
        await bench.settled(receiver, round_ * 400)
    assert bench.in_step()
    assert await receiver.list_parked() == []


async def test_event_that_goes_out_at_once_takes_resting_ones_along(bench: Pair) -> None:
    """On a link where events rest for an hour, one that is to go out at once takes all along."""

    def urgent(uow: UnitOfWork, case_id: UUID) -> None:
        step(uow, case_id)
        uow.note(AtOnce("local"))

    await bench.start_relay(calm_s=3600)
    receiver = await bench.start_receiver()
    await bench.sender.writer.submit(work(step, CASES[0]))
    await bench.sender.writer.submit(work(step, CASES[1]))
    await bench.sender.writer.submit(work(urgent, CASES[2]))
    await bench.settled(receiver, 3)
    assert bench.in_step()


async def test_both_ends_may_stop_at_any_time(bench: Pair) -> None:
    """A service that stops and starts again goes on where its database says."""
    for round_ in range(1, 9):
        await bench.start_relay()
        receiver = await bench.start_receiver()
        await take_steps(bench.sender, CASES, 150)
        await bench.passed(receiver, (round_ - 1) * 150)
        await bench.stop()
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await bench.settled(receiver, 1200)
    assert bench.in_step()


async def test_stopping_does_not_wait_for_a_fetch(bench: Pair) -> None:
    """An idle receiver stops at once, though its standing pull is open for seconds."""
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES, 1)
    await bench.settled(receiver, 1)
    began = time.monotonic()
    await bench.stop()
    await bench.nats.close()
    assert time.monotonic() - began < 2


async def test_two_relays_of_one_link_give_each_number_once(
    bench: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replicas may relay at the same time, and one that dies leaves nothing unpublished."""
    monkeypatch.setattr(relay_module, "PATIENCE", 0.2)
    await bench.start_relay()
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES, 500)
    await bench.settled(receiver, 500)
    assert bench.in_step()


async def test_numbers_left_by_a_dead_replica_are_published(
    bench: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica numbered events and died before it published: the other one does."""
    monkeypatch.setattr(relay_module, "PATIENCE", 0.2)
    alive = await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES, 10)
    await bench.settled(receiver, 10)
    silent = relay_module.Relay(alive.end, alive.ground, alive.broker)
    await take_steps(bench.sender, CASES, 10)
    await silent._number()
    await bench.settled(receiver, 20)
    assert bench.in_step()


async def test_a_refused_event_is_parked_and_the_others_go_on(bench: Pair) -> None:
    """A poisoned event is put aside with its reason; a person may have it tried again."""
    bench.follower.refused = {3}
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES[:1], 3)
    await take_steps(bench.sender, CASES[1:2], 2)
    await bench.settled(receiver, 5)
    (parked,) = await receiver.list_parked()
    assert (parked.origin, parked.type, parked.case_id) == (ORIGIN, "test.opened", CASES[0])
    assert parked.reason == "UNWELCOME"
    assert await receiver.retry_parked() == 0
    bench.follower.refused = set()
    assert await receiver.retry_parked() == 1
    assert await receiver.list_parked() == []
    assert bench.in_step()


async def test_a_transient_fault_is_waited_for(bench: Pair) -> None:
    """While the receiver's database is away nothing is parked; everything follows later."""
    bench.follower.faults = [NotReady() for _ in range(6)]
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES[:3], 30)
    await bench.settled(receiver, 30)
    assert bench.in_step()
    assert await receiver.list_parked() == []


async def test_a_fault_of_ours_is_parked_after_some_tries(bench: Pair) -> None:
    """A handler that breaks on one event does not stop the link for ever."""
    bench.follower.faults = [ZeroDivisionError() for _ in range(50)]
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES[:1], 1)
    await bench.settled(receiver, 1)
    (parked,) = await receiver.list_parked()
    assert parked.reason == "INTERNAL_FAULT"


async def test_a_message_nobody_of_us_sent_is_dropped(bench: Pair) -> None:
    """Malformed messages, such as acknowledgements sent to a forged reply subject, stop nothing."""
    relay = await bench.start_relay()
    receiver = await bench.start_receiver()
    junk = [
        Message("case.1.1.1.test.opened", b"junk", {}),
        Message("case.1.1.1.test.opened", b"junk", {"ce-id": "1", "ce-source": "x"}),
    ]
    assert await relay.broker.publish(junk) == 2
    await take_steps(bench.sender, CASES, 5)
    await bench.settled(receiver, 5)
    assert bench.in_step()


async def test_it_takes_what_comes_over_grpc_as_well(bench: Pair) -> None:
    """Heads, wishes and rows carried by the heartbeat close a gap without any stream."""
    relay = await bench.start_relay()
    receiver = bench.make_receiver()
    await take_steps(bench.sender, CASES, 40)
    await eventually(lambda: relay.head.no == 40)
    rows = await relay.rows_from(1)
    await receiver.store_incoming([*rows[30:], *rows[:10], *rows[5:20]])
    receiver.note_head(ORIGIN, 1, 40)
    assert receiver.cursor(ORIGIN).no == 20
    missing = receiver.missing(ORIGIN)
    assert missing is not None
    assert (missing.from_no, missing.to_no) == (21, 30)
    await receiver.store_resent(ORIGIN, 21, await relay.rows_from(21))
    assert (receiver.cursor(ORIGIN).no, receiver.missing(ORIGIN)) == (40, None)
    assert bench.in_step()


async def test_kept_messages_survive_a_restart_of_the_receiver(bench: Pair) -> None:
    """What came before its turn is in the database and is applied when the gap closes."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 20)
    await eventually(lambda: relay.head.no == 20)
    rows = await relay.rows_from(1)
    await bench.make_receiver().store_incoming(rows[10:])
    again = bench.make_receiver()
    await again.load()
    missing = again.missing(ORIGIN)
    assert missing is not None
    assert (missing.from_no, missing.to_no) == (1, 10)
    await again.store_incoming(rows[:10])
    assert again.cursor(ORIGIN).no == 20
    assert bench.in_step()


async def test_two_replicas_of_a_receiver_share_one_inbox(bench: Pair) -> None:
    """Replicas that get every second message each apply all of them, once."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 60)
    await eventually(lambda: relay.head.no == 60)
    rows = await relay.rows_from(1)
    one, two = bench.make_receiver(), bench.make_receiver()
    await asyncio.gather(one.store_incoming(rows[::2]), two.store_incoming(rows[1::2]))
    await one.load()
    assert one.cursor(ORIGIN).no == 60
    assert bench.in_step()


async def test_rows_are_purged_below_the_receivers_cursor_only(bench: Pair) -> None:
    """Old enough and confirmed by every receiver: gone, but for the newest row."""
    relay = await bench.start_relay()
    retention = Retention(relay)
    await take_steps(bench.sender, CASES, 30)
    await eventually(lambda: relay.head.no == 30)
    bench.clock.advance(timedelta(days=91))
    assert await retention.purge() == 0
    assert await retention.confirm("routing", 1, 20)
    assert not await retention.confirm("routing", 1, 5)
    assert await retention.purge() == 20
    assert await retention.confirm("routing", 1, 30)
    assert await retention.purge() == 9
    assert [row.no for row in await relay.rows_from(1)] == [30]


async def test_young_rows_are_kept_for_a_restore(bench: Pair) -> None:
    """A confirmed row that a backup may still have to be compared with is kept."""
    relay = await bench.start_relay()
    retention = Retention(relay)
    await take_steps(bench.sender, CASES, 10)
    await eventually(lambda: relay.head.no == 10)
    await retention.confirm("routing", 1, 10)
    bench.clock.advance(timedelta(days=89))
    assert await retention.purge() == 0


async def test_a_receiver_that_joins_late_begins_behind_what_was_purged(bench: Pair) -> None:
    """A service installed years later does not wait for ever for rows that are gone."""
    relay = await bench.start_relay()
    retention = Retention(relay)
    await take_steps(bench.sender, [uuid4() for _ in range(30)], 30)
    await eventually(lambda: relay.head.no == 30 and relay.lag == 0)
    await retention.confirm("routing", 1, 25)
    bench.clock.advance(timedelta(days=91))
    assert await retention.purge() == 25
    bench.nats.restart(wipe=True)
    receiver = await bench.start_receiver()
    await bench.settled(receiver, 30)
    assert len(steps_taken(bench.receiver)) == 5


async def test_a_receiver_that_has_seen_more_shows_a_restore(bench: Pair) -> None:
    """Numbers this node never gave were confirmed: it was put back and must not go on."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 3)
    await eventually(lambda: relay.head.no == 3)
    with pytest.raises(PeerAhead):
        await Retention(relay).confirm("routing", 1, 4)
    with pytest.raises(PeerAhead):
        await Retention(relay).confirm("routing", 2, 1)


async def test_a_receiver_is_not_ahead_of_a_sender_that_has_just_started(bench: Pair) -> None:
    """What the database has given counts, also before the relay has looked at it."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 3)
    await eventually(lambda: relay.head.no == 3)
    started = Relay(relay.end, relay.ground, relay.broker)
    assert started.head.no == 0
    assert await Retention(started).confirm("routing", 1, 3)
    with pytest.raises(PeerAhead):
        await Retention(started).confirm("routing", 1, 4)


async def test_the_witness_is_ahead_of_what_leaves_the_node(bench: Pair) -> None:
    """Before a number is published, its row is witnessed outside the database."""
    relay = await bench.start_relay()
    await take_steps(bench.sender, CASES, 25)
    await eventually(lambda: relay.head.no == 25 and relay.lag == 0)
    state = Witness(bench.directory, SENDER).read()
    assert state is not None
    assert (state.incarnation, state.seq) == (1, 25)


async def test_a_message_published_twice_is_applied_once(bench: Pair) -> None:
    """Repeats under another message id pass the stream's window and stop at the inbox."""
    relay = await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES, 20)
    await bench.settled(receiver, 20)
    rows = await relay.rows_from(1)
    again = [Message(row.subject, row.body, headers_of(row, "x")) for row in rows]
    assert await relay.broker.publish(again) == 20
    await take_steps(bench.sender, CASES, 20)
    await bench.settled(receiver, 40)
    assert bench.in_step()


async def test_a_refused_command_leaves_no_number(bench: Pair) -> None:
    """An event of a refused command never gets a number, though its row was there for a moment."""

    def refuse(uow: UnitOfWork, case_id: UUID) -> int:
        step(uow, case_id)
        uow.scalar(TABLES.outbox.select())
        raise Unwanted

    relay = await bench.start_relay()
    for _ in range(5):
        with pytest.raises(Unwanted):
            await bench.sender.writer.submit(work(refuse, CASES[0]))
    await take_steps(bench.sender, CASES, 3)
    await eventually(lambda: relay.head.no == 3)
    assert [row.no for row in await relay.rows_from(1)] == [1, 2, 3]


async def test_the_local_stream_is_declared_once(bench: Pair, local_nats: LocalNats) -> None:
    """Both ends declare the stream; the second finds it as it wants it."""
    await bench.start_relay()
    await bench.start_receiver()
    broker = await local_nats.broker(declared=(STREAM,))
    assert (await broker.jetstream.stream_info("CASE")).config.subjects == ["case.>"]


async def test_the_inbox_is_forgotten_slice_by_slice(
    bench: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice as late as senders forget, and no more at once than nobody has to wait for."""
    monkeypatch.setattr("kernel.consumer.inbox.SLICE", 2)
    bench.clock.set(SystemClock().now())  # event ids tell the machine's time
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES[:1], 5)
    await bench.settled(receiver, 5)
    forgetting = Forgetting(receiver, bench.clock)
    bench.clock.advance(2 * KEPT_FOR - timedelta(days=1))
    assert await forgetting.forget() == 0
    bench.clock.advance(timedelta(days=2))
    assert await forgetting.forget() == 5
    await take_steps(bench.sender, CASES[:1], 1)
    await bench.settled(receiver, 6)


async def test_applied_events_are_forgotten_after_long(bench: Pair) -> None:
    """The inbox forgets what was applied long ago, and keeps what is parked."""
    bench.follower.refused = {2}
    bench.clock.set(SystemClock().now())  # event ids tell the machine's time
    await bench.start_relay()
    receiver = await bench.start_receiver()
    await take_steps(bench.sender, CASES[:1], 2)
    await take_steps(bench.sender, CASES[1:4], 3)
    await bench.settled(receiver, 5)
    long_ago, later = bench.clock.now() - timedelta(days=1), bench.clock.now() + timedelta(days=1)
    assert await receiver.forget(long_ago) == 0
    assert await receiver.forget(later) == 4
    assert await receiver.forget(later) == 0
    assert [parked.reason for parked in await receiver.list_parked()] == ["UNWELCOME"]
