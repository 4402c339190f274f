"""Routing's place on the buses: the node's own, the one to the parent, those to the children."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from kernel.broker import Broker, BrokerAddress, Consumer, Stream
from kernel.clock import Clock, ClockOfAnother
from kernel.consumer import Courier, Forgetting, LocalEar, Receiver
from kernel.grpc_client import Manner, dial
from kernel.identity import Caller, Kind
from kernel.incarnation import RESTORED, Begun, IncarnationFile, until_replaced
from kernel.links.tables import LinkTables
from kernel.nats_server.permissions import (
    CASES_STREAM,
    DOWN_STREAM,
    UP_DURABLE,
    UP_STREAM,
    down_durable,
    inbox_prefix,
    service_inbox,
)
from kernel.process import App
from kernel.relay import Ground as RelayGround
from kernel.relay import LinkEnd, LocalDoor, PeerAhead, Relay, Retention
from kernel.server_guard import ServerGuard
from kernel.tokens import renewing
from routing import subscriptions
from routing.exchange.claims import Claims
from routing.exchange.links import CALM_S, DownLinks
from routing.exchange.numbering import Numbering
from routing.exchange.own_key import KeyForParent
from routing.exchange.parent_door import GrpcParent
from routing.exchange.part_door import GrpcPart
from routing.exchange.uplink import UpLink
from routing.handlers import reconcile
from routing.steps.runner import Runner
from routing.storage import peers
from routing.storage.metadata import metadata
from routing.sweeps import Sweeps
from routing.watched import Watched

if TYPE_CHECKING:  # app puts this together and is not needed to run it
    from routing.app import Base

NAME = "routing"
CASES = Stream(CASES_STREAM, ("case.>",))
UP = Stream(UP_STREAM, ("up.>",))
DOWN = Stream(DOWN_STREAM, ("down.>",))
TABLES = LinkTables.of(metadata)
log = structlog.get_logger(__name__)


@dataclass
class Bus:
    """What servicers ask of the links."""

    down: DownLinks
    up: UpLink | None
    runner: Runner
    local: Receiver
    relays: dict[str, Relay]
    incarnation: int
    parts: Mapping[str, GrpcPart] = field(default_factory=dict)
    is_frozen: bool = False

    @property
    def clock(self) -> Clock:
        """The clock of the node."""
        return self.down.ground.clock

    def receivers(self) -> list[Receiver]:
        """Everything that hears events: of this node, its children, its parent."""
        heard = [self.local, self.down.receiver]
        return heard if self.up is None else [*heard, self.up.receiver]

    def door_above(self) -> GrpcParent | None:
        """The door of the parent; None at the county."""
        return None if self.up is None else self.up.door

    def frozen(self) -> bool:
        """Whether this node reads only, after a restore."""
        return self.is_frozen


async def join(app: App, base: "Base") -> Bus:
    """Connect, and start every worker of the links."""
    settings, ground = base.settings, base.ground
    begun = base.begun
    number = begun.incarnation.number
    broker = await _broker(app, base)
    relay_ground = RelayGround(
        TABLES, ground.writer, ground.readers, begun.witness, base.clock, number
    )
    local = _receiver("local", subscriptions.local(ground.node), base)
    numbering = _numbering(app, base)
    up = await _up_link(app, base, relay_ground, numbering)
    relay = _local_link(app, base, broker, relay_ground, local)
    down = _down_links(app, base, broker, relay_ground, numbering)
    stepping = ground if up is None else replace(ground, parent=up.door)
    runner = Runner(stepping)
    relays = {"local": relay} | ({"up": up.relay} if up else {})
    bus = Bus(down, up, runner, local, relays, number, base.parts)
    await _freeze_if_restored(base, begun, bus)
    await local.load()
    await down.receiver.load()
    app.add_workers(
        {
            "steps": runner.run,
            "thaw": partial(_follow_freeze, base, bus),
            **{f"inbox {it.consumer}": Forgetting(it, base.clock).run for it in bus.receivers()},
            "incarnation": partial(until_replaced, base.settings.incarnation, number),
        }
    )
    app.add_worker("watched", Watched(ground, bus).run)
    if settings.sweeps:
        app.add_worker("sweeps", Sweeps(stepping).run)
    return bus


async def _broker(app: App, base: "Base") -> Broker:
    settings = base.settings
    durable = Consumer(CASES.name, NAME, subscriptions.LOCAL_SUBJECTS)
    from_children = Consumer(UP_STREAM, UP_DURABLE, ("up.>",))
    inbox = service_inbox(NAME)
    seed, ca = str(settings.nats_seed), settings.tls_ca
    address = BrokerAddress.of(settings.nats, seed, inbox, ca, key=settings.nats_key)
    streams = [replace(each, replicas=settings.nats_replicas) for each in (CASES, UP, DOWN)]
    broker = Broker(address, NAME, (*streams, durable, from_children))
    await broker.start()
    app.on_close("broker", broker.stop)
    return broker


def _receiver(name: str, handlers: subscriptions.Handlers, base: "Base") -> Receiver:
    ground = base.ground
    return Receiver(name, handlers, tables=TABLES, writer=ground.writer, readers=ground.readers)


def _local_link(
    app: App, base: "Base", broker: Broker, ground: RelayGround, local: Receiver
) -> Relay:
    node = base.settings.node
    services = base.ground.node.services
    end = LinkEnd.local(node, NAME, frozenset(services), calm_s=CALM_S)
    relay = Relay(end, ground, broker)
    retention = Retention(relay)
    app.add_workers(
        {
            "relay": relay.run,
            "door": LocalDoor(relay, retention).run,
            "retention": retention.run,
            "courier": Courier(broker, CASES.name, NAME, local).run,
            "ear": LocalEar(broker, local, node=node, service=NAME, senders=services).run,
        }
    )
    return relay


def _numbering(app: App, base: "Base") -> Numbering:
    """Relocations begin when intake goes by the newest directory: counters go first."""
    knowledge, counting = base.library.knowledge, base.parts["intake"]
    numbering = Numbering(base.ground.node, counting, lambda: knowledge.version)
    base.library.may_move = numbering.settled
    app.add_worker("numbering", numbering.run)
    return numbering


def _down_links(
    app: App, base: "Base", broker: Broker, ground: RelayGround, numbering: Numbering
) -> DownLinks:
    settings = base.settings
    receiver = _receiver("up", subscriptions.from_children(base.ground.node), base)
    down = DownLinks(
        base.ground.node,
        ground,
        broker,
        receiver,
        settings.nats_public or settings.nats,
        base.library.knowledge.rules,
        numbering,
        Claims(base.ground.node, partial(_restored, app, base)),
    )
    courier = Courier(broker, UP_STREAM, UP_DURABLE, receiver, prefix="up.*.")
    app.add_workers({"children": down.run, "courier up": courier.run})
    return down


async def _broker_above(app: App, base: "Base") -> Broker:
    """The parent's nats-server, as this node may use it."""
    settings, own = base.settings, base.ground.node.code
    ca = settings.nodes_ca or settings.tls_ca
    seed = str(settings.parent_seed)
    guard = ServerGuard(ca, settings.revoked) if ca and settings.revoked else None
    address = BrokerAddress.of(settings.parent_nats, seed, inbox_prefix(own), ca, guard=guard)
    broker = Broker(address, f"{NAME} up")
    await broker.start()
    app.on_close("parent broker", broker.stop)
    return broker


def _key_above(base: "Base") -> KeyForParent:
    knowledge, own = base.library.knowledge, base.ground.node.code

    def known() -> str:
        directory = knowledge.snapshot.directory
        return "" if directory is None else directory.node_key(own)

    return KeyForParent(base.ring, known)


def _door_above(
    app: App, base: "Base", ground: RelayGround, there: ClockOfAnother, key: KeyForParent
) -> GrpcParent:
    """The parent's CaseExchange; tokens for it are signed by its time."""
    settings, own = base.settings, base.ground.node.code
    me = Caller(Kind.NODE, own)
    token = renewing(key, me, issuer=own, audience=settings.parent_node, clock=there.now)
    line = dial(settings.parent, Manner(token=token), tls=settings.node_tls, retries=0)
    app.on_close("parent", line.close)
    return GrpcParent.at(line, own, ground.incarnation, base.parts)


async def _up_link(
    app: App, base: "Base", ground: RelayGround, numbering: Numbering
) -> UpLink | None:
    """The link to the parent; None at the county, and where no parent is set."""
    settings, node = base.settings, base.ground.node
    if not settings.parent:
        return None
    there = ClockOfAnother(base.clock)
    key = _key_above(base)
    door = _door_above(app, base, ground, there, key)
    broker = await _broker_above(app, base)
    end = LinkEnd.up(node.code, NAME, settings.parent_node, calm_s=CALM_S)
    relay = Relay(end, ground, broker)
    retention = Retention(relay)
    receiver = _receiver("down", subscriptions.from_parent(node), base)
    await receiver.load()
    link = UpLink(
        base.ground,
        door,
        relay,
        retention,
        receiver,
        base.library,
        numbering,
        there,
        partial(_restored, app, base),
        key.refused,
    )
    await link.first_directory()
    prefix = f"down.{node.code}."
    courier = Courier(broker, DOWN_STREAM, down_durable(node.code), receiver, prefix=prefix)
    app.add_workers(
        {
            "relay up": relay.run,
            "retention up": retention.run,
            "courier down": courier.run,
            "uplink": link.run,
        }
    )
    return link


async def _freeze_if_restored(base: "Base", begun: Begun, bus: Bus) -> None:
    """A life that began with a restore freezes all custody, once, whoever noticed the restore."""
    life = begun.incarnation
    if life.reason == RESTORED and await base.ground.readers.run(peers.frozen_in) < life.number:
        node = base.ground.node
        neighbours = node.directory().child_nodes(node.code)
        if node.parent:
            neighbours = [*neighbours, node.parent]
        command = reconcile.Freeze(tuple(neighbours), life.number)
        await base.ground.write(partial(reconcile.freeze, node=node), command, "self")
    bus.is_frozen = await base.ground.readers.run(peers.is_frozen)


async def _follow_freeze(base: "Base", bus: Bus) -> None:
    """Notice when the last neighbour has been compared with."""
    while True:
        bus.is_frozen = await base.ground.readers.run(peers.is_frozen)
        await asyncio.sleep(0.5 if bus.is_frozen else 5.0)


def _restored(app: App, base: "Base", ahead: PeerAhead) -> None:
    """A peer has seen more of this node than it has itself: it was put back. Start again frozen."""
    file = IncarnationFile(base.settings.incarnation)
    file.begin_new(now=base.clock.now(), reason=RESTORED, above=ahead.incarnation, share=False)
    log.critical("restored_noticed", incarnation=ahead.incarnation)
    app.again.set()
