"""A service's place on the node's bus: it sends what happens here and hears what others say."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from kernel.broker import Broker, BrokerAddress, Consumer, Stream
from kernel.consumer import Courier, EventHandler, Forgetting, LocalEar, Receiver
from kernel.incarnation import Begun, Incarnation, begin, until_replaced
from kernel.links.tables import LinkTables
from kernel.nats_server.permissions import CASES_STREAM, service_inbox
from kernel.relay import Ground, LinkEnd, LocalDoor, Relay, Retention
from kernel.service.base import Base

CASES = Stream(CASES_STREAM, ("case.>",))


@dataclass(frozen=True, slots=True)
class Heard:
    """Who says what this service hears (`senders`, `subjects`), and what is done with it.

    `receivers` are the services that must have its own events before they are forgotten; handlers
    run in the writer's thread.
    """

    subjects: tuple[str, ...]
    senders: tuple[str, ...]
    receivers: frozenset[str]
    handlers: Mapping[str, EventHandler]


async def join(
    base: Base, heard: Heard, enter_life: Callable[[Incarnation], Awaitable[None]]
) -> None:
    """Connect and start the workers; `enter_life` runs before anything is sent or heard."""
    broker = await _broker(base, heard)
    tables = LinkTables.of(base.metadata)
    begun = await begin(
        base.settings.incarnation,
        base.name,
        tables=tables,
        writer=base.writer,
        readers=base.readers,
        now=base.clock.now(),
    )
    await enter_life(begun.incarnation)
    _send(base, heard, broker, begun)
    await _hear(base, heard, broker)
    number = begun.incarnation.number
    base.app.add_worker("incarnation", partial(until_replaced, base.settings.incarnation, number))


async def _broker(base: Base, heard: Heard) -> Broker:
    settings = base.settings
    durable = Consumer(CASES.name, base.name, heard.subjects)
    cases = replace(CASES, replicas=settings.nats_replicas)
    inbox = service_inbox(base.name)
    seed, ca = str(settings.nats_seed), settings.tls_ca
    address = BrokerAddress.of(settings.nats, seed, inbox, ca, key=settings.nats_key)
    broker = Broker(address, base.name, (cases, durable))
    await broker.start()
    base.app.on_close("broker", broker.stop)
    return broker


def _send(base: Base, heard: Heard, broker: Broker, begun: Begun) -> None:
    tables, number = LinkTables.of(base.metadata), begun.incarnation.number
    ground = Ground(tables, base.writer, base.readers, begun.witness, base.clock, number)
    end = LinkEnd.local(base.settings.node, base.name, heard.receivers)
    relay = Relay(end, ground, broker)
    retention = Retention(relay)
    base.app.add_workers(
        {
            "relay": relay.run,
            "door": LocalDoor(relay, retention).run,
            "retention": retention.run,
        }
    )


async def _hear(base: Base, heard: Heard, broker: Broker) -> None:
    node, name = base.settings.node, base.name
    receiver = Receiver(
        "local",
        heard.handlers,
        tables=LinkTables.of(base.metadata),
        writer=base.writer,
        readers=base.readers,
    )
    await receiver.load()
    ear = LocalEar(broker, receiver, node=node, service=name, senders=heard.senders)
    base.app.add_workers(
        {
            "courier": Courier(broker, CASES.name, name, receiver).run,
            "ear": ear.run,
            "inbox": Forgetting(receiver, base.clock).run,
        }
    )
