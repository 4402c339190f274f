import asyncio
from pathlib import Path

import pytest
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig

from kernel.broker import Broker, BrokerDown, ConfigMismatch, Consumer, Message, Stream
from kernel.testing.nats import LocalNats
from kernel.testing.waiting import eventually

CASE = Stream("CASE", ("case.>",))
READER = Consumer("CASE", "routing", ("case.*.*.*.intake.>",))


def message(no: int, subject: str = "case.a.b.c.intake.registered") -> Message:
    return Message(subject, b"x", {"Nats-Msg-Id": str(no)})


async def stored(broker: Broker) -> int:
    return (await broker.jetstream.stream_info("CASE")).state.messages


async def test_messages_are_stored_once_under_their_id(local_nats: LocalNats) -> None:
    """A repeat within the duplicate window is acknowledged and not stored again."""
    broker = await local_nats.broker(declared=(CASE,))
    batch = [message(no) for no in range(600)]
    assert await broker.publish(batch) == 600
    assert await broker.publish(batch) == 600
    assert await stored(broker) == 600


async def test_nothing_is_published_while_disconnected(local_nats: LocalNats) -> None:
    """What is refused during an outage does not arrive after it."""
    broker = await local_nats.broker(declared=(CASE,))
    local_nats.stop()
    await eventually(lambda: not broker.connected)
    assert await broker.publish([message(1)]) == 0
    with pytest.raises(BrokerDown):
        await broker.tell("head.x.y", b"1")
    with pytest.raises(BrokerDown):
        await broker.ask("resend.x.y", b"1")
    local_nats.start()
    await broker.wait_up(20)
    assert await stored(broker) == 0


async def test_a_lost_connection_ends_the_wait_for_acknowledgements(local_nats: LocalNats) -> None:
    """The relay learns at once that it must repeat, long before the limit."""
    broker = await local_nats.broker(declared=(CASE,))
    local_nats.server.pause()
    waiting = asyncio.create_task(broker.publish([message(1)], limit=300))
    await asyncio.sleep(0)
    local_nats.server.kill()
    assert await asyncio.wait_for(waiting, 10) == 0


async def test_it_comes_back_by_itself_with_its_streams(local_nats: LocalNats) -> None:
    """After the broker lost its store, streams and durables are declared again before it is up."""
    broker = await local_nats.broker(declared=(CASE, READER))
    await broker.publish([message(1)])
    local_nats.stop(wipe=True)
    await eventually(lambda: not broker.connected)
    local_nats.start()
    await broker.wait_up(20)
    assert await stored(broker) == 0
    assert await broker.publish([message(1)]) == 1
    assert (await broker.jetstream.consumer_info("CASE", "routing")).num_pending == 1


async def test_it_starts_before_the_server_does(tmp_path: Path) -> None:
    """A child node starts while its parent is away, and finds it later."""
    nats = LocalNats(tmp_path)
    nats.start()
    nats.stop()
    broker = Broker(nats.address, "early")
    await broker.start()
    with pytest.raises(TimeoutError):
        await broker.wait_up(0.05)
    nats.start()
    await broker.wait_up(20)
    await broker.stop()
    nats.stop()


async def test_a_message_that_no_stream_takes_is_reported(local_nats: LocalNats) -> None:
    """A missing stream is an error with a reason, not a silent loss."""
    broker = await local_nats.broker()
    assert await broker.publish([message(1)]) == 0
    assert broker.last_error == "no stream takes this subject"


async def test_missing_permission_is_told_by_the_server(parent_nats: LocalNats) -> None:
    """A publish without permission is not acknowledged and the reason is kept."""
    child = await parent_nats.broker("child", address=parent_nats.add_child("A"))
    assert await child.publish([message(1, "up.B.x")], limit=300) == 0
    assert "permissions violation for publish" in child.last_error


async def test_core_listeners_survive_a_restart(local_nats: LocalNats) -> None:
    """Questions are answered again after the server came back."""
    broker = await local_nats.broker()

    async def answer(question: Msg) -> None:
        await question.respond(b"here")

    async with broker.listening("resend.n.intake", answer):
        local_nats.restart()
        await eventually(lambda: not broker.connected)
        await broker.wait_up(20)
        assert await broker.ask("resend.n.intake", b"") == b"here"
    with pytest.raises(BrokerDown):
        await broker.ask("resend.n.intake", b"", limit=1)


async def test_changeable_configuration_is_updated(local_nats: LocalNats) -> None:
    """New subjects, limits and filters reach a stream and a durable that exist."""
    await local_nats.broker(declared=(CASE, READER))
    wider = Stream("CASE", ("case.>", "more.>"), max_bytes=1 << 20, max_age=600.0)
    both = Consumer("CASE", "routing", ("case.>", "more.>"), ack_wait=5.0)
    broker = await local_nats.broker(declared=(wider, both))
    stream = (await broker.jetstream.stream_info("CASE")).config
    durable = (await broker.jetstream.consumer_info("CASE", "routing")).config
    assert (stream.subjects, stream.max_bytes, stream.max_age) == (
        ["case.>", "more.>"],
        1 << 20,
        600,
    )
    assert (durable.filter_subjects, durable.ack_wait, durable.max_deliver) == (
        ["case.>", "more.>"],
        5.0,
        -1,
    )


async def test_unchangeable_stream_configuration_is_refused(local_nats: LocalNats) -> None:
    """A stream kept in memory is no stream of ours: the process says so and does not start."""
    admin = await local_nats.broker()
    await admin.jetstream.add_stream(
        StreamConfig(name="CASE", subjects=["case.>"], storage=StorageType.MEMORY)
    )
    broker = Broker(local_nats.address, "late", (CASE,))
    await broker.start()
    with pytest.raises(ConfigMismatch, match="storage"):
        await broker.wait_up(10)
    await broker.stop()


async def test_unchangeable_durable_configuration_is_refused(local_nats: LocalNats) -> None:
    """A durable that acknowledges by itself would lose events: refused by name."""
    admin = await local_nats.broker(declared=(CASE,))
    config = ConsumerConfig(durable_name="routing", ack_policy=AckPolicy.NONE)
    await admin.jetstream.add_consumer("CASE", config)
    broker = Broker(local_nats.address, "late", (CASE, READER))
    await broker.start()
    with pytest.raises(ConfigMismatch, match="ack_policy"):
        await broker.wait_up(10)
    await broker.stop()
