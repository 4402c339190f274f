"""Routing put together: database, knowledge, bus, links and servicers meet here, nowhere else."""

from dataclasses import dataclass
from functools import partial

from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.database import Database
from kernel.database_settings import bring_up
from kernel.group_commit import Readers, Work, Writer
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import GrpcServer, Ping, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.incarnation import Begun, begin
from kernel.links.tables import LinkTables
from kernel.notifying.settings import Ways
from kernel.process import App
from kernel.sealing import NodeKey
from kernel.service import Rewrapping
from kernel.tokens import KeyRing, renewing
from routing import notices
from routing.accounts import Accounts
from routing.bus import Bus, join
from routing.convert.events import encode
from routing.exchange.bridge import Bridge
from routing.exchange.part_door import GrpcPart
from routing.exchange.servicer import CaseExchange
from routing.grpc_api import serving
from routing.knowledge import Knowledge
from routing.library import Library
from routing.node import Node, others
from routing.retention import load, shipped
from routing.settings import Settings
from routing.steps.ground import Ground
from routing.storage import grant_starts
from routing.storage.metadata import case_key, metadata

NAME, REGISTERING = "routing", "intake"


@dataclass(frozen=True)
class Base:
    """What everything else stands on."""

    settings: Settings
    clock: Clock
    ring: KeyRing
    library: Library
    ground: Ground
    parts: dict[str, GrpcPart]
    begun: Begun


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    base = await _base(app, settings, clock)
    bus = await join(app, base)
    return _server(app, base, bus)


async def _base(app: App, settings: Settings, clock: Clock) -> Base:
    settings.data.mkdir(parents=True, exist_ok=True)
    bring_up(settings, NAME)
    database = Database.open(settings.database_url, readers=settings.readers)
    app.on_close("database", database.close)
    readers = Readers(database)
    app.on_close("readers", readers.close)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    writer.start()
    app.on_close("writer", writer.stop)
    begun = await begin(
        settings.incarnation,
        NAME,
        tables=LinkTables.of(metadata),
        writer=writer,
        readers=readers,
        now=clock.now(),
        told=settings.restored,
    )
    knowledge = Knowledge(readers, settings.profile)
    ring = KeyRing.open(settings.keys)
    parts = _parts(app, settings, clock, ring)
    node = Node(
        code=settings.node,
        services=tuple(settings.services),
        directory=knowledge.directory,
        profile=knowledge.profile,
        workdays=knowledge.workdays,
        keys=NodeKey.load(settings.keys),
        retention=load(settings.retention) if settings.retention else shipped(),
    )
    app.pings.add(Ping("database", partial(readers.run, lambda c: c.exec_driver_sql("SELECT 1"))))
    library = Library(node, knowledge, writer, readers, clock)
    await library.open(settings.regulation, settings.directory)
    for name in others(node, {REGISTERING}):
        await writer.perform(Work(grant_starts.owe_all, name, traceparent=""))
    app.add_worker("case keys", Rewrapping(writer, case_key, node.keys).run)
    app.add_worker("library", library.follow)
    ground = Ground(node, writer, readers, clock, parts, None)
    return Base(settings, clock, ring, library, ground, parts, begun)


def _parts(app: App, settings: Settings, clock: Clock, ring: KeyRing) -> dict[str, GrpcPart]:
    service = Caller(Kind.SERVICE, f"{settings.node}/{NAME}")
    token = renewing(ring, service, issuer=settings.node, audience=settings.node, clock=clock.now)
    parts = {}
    for name, address in settings.services.items():
        line = dial(address, Manner(token=token), tls=settings.client_tls)
        app.on_close(name, line.close)
        parts[name] = GrpcPart(name, line)
    return parts


def _server(app: App, base: Base, bus: Bus) -> GrpcServer:
    settings, ground = base.settings, base.ground
    bridge = Bridge(ground.node, ground.writer, ground.readers, bus.frozen)
    texts = Catalogue.load(NAME)
    accounts = Accounts(settings, base.ring, base.library.knowledge, ground)
    app.add_worker("accounts", accounts.run)
    ways = Ways("staff", settings.data / "notices", settings.notices)
    app.add_worker("notices", notices.dispatcher(ground, ways, texts).run)
    exchange = CaseExchange(bridge, bus.down, base.parts, base.clock, bus.door_above)
    people = serving.for_people(bridge, bus, base.library, accounts, texts)
    nodes = serving.for_nodes(exchange)
    if settings.nodes_have_own_door:
        people = serving.without_nodes(people)
    else:
        people, nodes = [*people, *nodes], []
    doors = partial(
        build_server, authenticator=accounts.authenticator, texts=texts, pings=app.pings
    )
    if nodes and settings.peers_port is not None:
        app.beside.append(doors(_peers_door(settings, settings.peers_port), nodes))
    return doors(ServerSettings.of(settings), people)


def _peers_door(settings: Settings, port: int) -> ServerSettings:
    host = settings.peers_host or settings.host
    return ServerSettings(host, port, settings.peers_tls, reflection=False)
