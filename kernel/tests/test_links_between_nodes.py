"""Links between a parent and its child, over the parent's nats-server with the child's key."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from kernel.broker import Broker, Consumer, Message, Stream
from kernel.consumer import Courier, Receiver
from kernel.incarnation import Witness
from kernel.links.envelope import headers_of
from kernel.nats_server.permissions import DOWN_STREAM, UP_STREAM, down_durable
from kernel.relay import LinkEnd, Relay
from kernel.testing.link_bench import SENDER, Pair, pair, step, steps_taken
from kernel.testing.nats import LocalNats
from kernel.testing.sample_service import work
from kernel.testing.waiting import eventually

PARENT, CHILD, OTHER = "330523", "330523001", "330523002"
UP = Stream(UP_STREAM, ("up.>",))
DOWN = Stream(DOWN_STREAM, ("down.>",))
READS_UP = Consumer(UP_STREAM, "routing", ("up.>",))
READS_DOWN = Consumer(DOWN_STREAM, down_durable(CHILD), (f"down.{CHILD}.>",))
CASES = [UUID(int=n + 1) for n in range(4)]


@pytest_asyncio.fixture
async def bench(parent_nats: LocalNats, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two databases and the parent's server with its streams and durables."""
    await parent_nats.broker("parent", (UP, DOWN, READS_UP, READS_DOWN))
    sender, receiver = (f"sqlite:///{tmp_path / name}" for name in ("sender.db", "receiver.db"))
    async with pair(parent_nats, sender, receiver, tmp_path / "node") as made:
        yield made


async def as_parent(bench: Pair) -> Broker:
    return await bench.nats.broker("parent", (UP, DOWN, READS_UP, READS_DOWN))


async def as_child(bench: Pair, child: str = CHILD) -> Broker:
    return await bench.nats.broker(child, address=bench.nats.add_child(child))


def send(bench: Pair, end: LinkEnd, broker: Broker) -> Relay:
    relay = Relay(end, bench.ground(1, Witness(bench.directory, SENDER)), broker)
    bench.run(relay.run())
    return relay


def receive(bench: Pair, broker: Broker, wanted: Consumer, prefix: str) -> tuple[Receiver, Courier]:
    receiver = bench.make_receiver()
    courier = Courier(broker, wanted.stream, wanted.durable, receiver, prefix)
    bench.run(courier.run())
    return receiver, courier


async def take(bench: Pair, link: str, count: int) -> None:
    for n in range(count):
        await bench.sender.writer.submit(work(partial(step, link=link), CASES[n % len(CASES)]))


async def test_a_childs_events_reach_the_parent(bench: Pair) -> None:
    """Upwards: the child publishes on the parent's stream under its own name."""
    relay = send(bench, LinkEnd.up(CHILD, SENDER, PARENT), await as_child(bench))
    receiver, _ = receive(bench, await as_parent(bench), READS_UP, "up.*.")
    await take(bench, "up", 30)
    await eventually(lambda: receiver.cursor(f"{CHILD}/{SENDER}") == (1, 30))
    assert (relay.head.no, bench.in_step()) == (30, True)


async def test_a_parents_events_reach_the_child(bench: Pair) -> None:
    """Downwards: the child reads the durable that the parent made for it."""
    end = LinkEnd.down(PARENT, SENDER, CHILD)
    send(bench, end, await as_parent(bench))
    receiver, _ = receive(bench, await as_child(bench), READS_DOWN, f"down.{CHILD}.")
    await take(bench, end.name, 30)
    await eventually(lambda: receiver.cursor(f"{PARENT}/{SENDER}") == (1, 30))
    assert bench.in_step()


async def test_a_child_cannot_speak_as_its_sibling(bench: Pair) -> None:
    """An event under the child's subject that names the sibling as its origin is dropped."""
    child = await as_child(bench)
    relay = send(bench, LinkEnd.up(OTHER, SENDER, PARENT), await as_child(bench, OTHER))
    receiver, courier = receive(bench, await as_parent(bench), READS_UP, "up.*.")
    await take(bench, "up", 4)
    await eventually(lambda: receiver.cursor(f"{OTHER}/{SENDER}") == (1, 4))
    (genuine,) = await relay.rows_from(4)
    forged = Message(f"up.{CHILD}.{genuine.subject}", b"{}", headers_of(genuine, "forged"))
    assert await child.publish([forged]) == 1
    await eventually(lambda: courier.dropped == 1)
    assert steps_taken(bench.receiver) == dict.fromkeys(CASES, 1)


async def test_an_answer_aimed_at_a_siblings_link_harms_nobody(bench: Pair) -> None:
    """The server acknowledges to any reply subject; a reader drops what is no event of ours."""
    other = await as_child(bench, OTHER)
    await other.client.publish(f"up.{OTHER}.x", b"", reply=f"down.{CHILD}.x")
    await other.client.flush()
    end = LinkEnd.down(PARENT, SENDER, CHILD)
    send(bench, end, await as_parent(bench))
    receiver, courier = receive(bench, await as_child(bench), READS_DOWN, f"down.{CHILD}.")
    await take(bench, end.name, 5)
    await eventually(lambda: receiver.cursor(f"{PARENT}/{SENDER}") == (1, 5))
    assert (courier.dropped, bench.in_step()) == (1, True)


@pytest.mark.parametrize("wipe", [False, True], ids=["store kept", "store lost"])
async def test_a_cut_of_both_links_loses_nothing(bench: Pair, *, wipe: bool) -> None:
    """The child works on while the parent's server is away; afterwards everything arrives."""
    relay = send(bench, LinkEnd.up(CHILD, SENDER, PARENT), await as_child(bench))
    receiver, _ = receive(bench, await as_parent(bench), READS_UP, "up.*.")
    origin = f"{CHILD}/{SENDER}"
    await take(bench, "up", 10)
    await eventually(lambda: receiver.cursor(origin) == (1, 10))
    bench.nats.stop(wipe=wipe)
    await take(bench, "up", 50)
    bench.nats.start()
    await eventually(lambda: relay.lag == 0 and relay.head.no == 60)
    receiver.note_head(origin, 1, relay.head.no)
    await eventually(lambda: receiver.cursor(origin) == (1, 60))
    assert bench.in_step()
