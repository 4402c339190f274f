"""Routing put together: database, knowledge, bus, links and servicers meet here, nowhere else."""

from dataclasses import dataclass
from functools import partial

from kernel import migrate
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.database import Database
from kernel.group_commit import Readers, Writer
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import GrpcServer, Ping, Served, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.incarnation import Begun, begin
from kernel.links.tables import LinkTables
from kernel.process import App
from kernel.sealing import NodeKey
from kernel.tokens import KeyRing, renewing
from lianxin.exchange.v1 import case_exchange_pb2, case_exchange_pb2_grpc
from lianxin.routing.v1 import (
    custody_pb2,
    custody_pb2_grpc,
    directory_pb2,
    directory_pb2_grpc,
    staff_pb2,
    staff_pb2_grpc,
    supervision_pb2,
    supervision_pb2_grpc,
    worklist_pb2,
    worklist_pb2_grpc,
)
from routing.accounts import Accounts
from routing.bus import Bus, join
from routing.convert.events import encode
from routing.exchange.bridge import Bridge
from routing.exchange.part_door import GrpcPart
from routing.exchange.servicer import ACCESS as EXCHANGE_ACCESS
from routing.exchange.servicer import CaseExchange
from routing.grpc_api.custody import CustodyServicer
from routing.grpc_api.custody_access import CUSTODY_ACCESS
from routing.grpc_api.directory import DIRECTORY_ACCESS, DirectoryServicer
from routing.grpc_api.staff import STAFF_ACCESS, StaffServicer
from routing.grpc_api.supervision import SUPERVISION_ACCESS, SupervisionServicer
from routing.grpc_api.worklist import WORKLIST_ACCESS, WorklistServicer
from routing.knowledge import Knowledge
from routing.library import Library
from routing.node import Node
from routing.settings import Settings
from routing.steps.ground import Ground
from routing.storage.metadata import metadata

NAME = "routing"
SERVICES = ("intake",)
"""Services of the node that hold case data besides routing itself."""
PARCEL_BYTES = 64 * 1024 * 1024


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
    migrate.upgrade(settings.database_url, NAME)
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
    )
    knowledge = Knowledge(readers, settings.profile)
    ring = KeyRing.open(settings.keys)
    parts = _parts(app, settings, clock, ring)
    node = Node(
        code=settings.node,
        services=SERVICES,
        directory=knowledge.directory,
        profile=knowledge.profile,
        workdays=knowledge.workdays,
        keys=NodeKey.load(settings.keys),
    )
    app.pings.add(Ping("database", partial(readers.run, lambda c: c.exec_driver_sql("SELECT 1"))))
    library = Library(node, knowledge, writer, readers, clock)
    await library.open(settings.regulation, settings.directory)
    app.add_worker("library", library.follow)
    ground = Ground(node, writer, readers, clock, parts, None)
    return Base(settings, clock, ring, library, ground, parts, begun)


def _parts(app: App, settings: Settings, clock: Clock, ring: KeyRing) -> dict[str, GrpcPart]:
    service = Caller(Kind.SERVICE, f"{settings.node}/{NAME}")
    token = renewing(ring, service, issuer=settings.node, audience=settings.node, clock=clock.now)
    line = dial(settings.intake, Manner(token=token))
    app.on_close("intake", line.close)
    return {"intake": GrpcPart("intake", line)}


def _server(app: App, base: Base, bus: Bus) -> GrpcServer:
    settings, ground = base.settings, base.ground
    bridge = Bridge(ground.node, ground.writer, ground.readers, bus.frozen)
    texts = Catalogue.load(NAME)
    accounts = Accounts(settings, base.ring, base.library.knowledge, ground)
    app.add_worker("accounts", accounts.run)
    return build_server(
        ServerSettings(host=settings.host, port=settings.port, max_message_bytes=PARCEL_BYTES),
        [
            _custody(bridge, bus, texts),
            _served(
                directory_pb2,
                directory_pb2_grpc,
                "DirectoryService",
                DirectoryServicer(bridge, base.library, texts),
                DIRECTORY_ACCESS,
            ),
            _served(
                worklist_pb2,
                worklist_pb2_grpc,
                "WorklistService",
                WorklistServicer(bridge, base.library, bus),
                WORKLIST_ACCESS,
            ),
            _served(
                staff_pb2,
                staff_pb2_grpc,
                "StaffService",
                StaffServicer(bridge, accounts),
                STAFF_ACCESS,
            ),
            _served(
                supervision_pb2,
                supervision_pb2_grpc,
                "SupervisionService",
                SupervisionServicer(bridge),
                SUPERVISION_ACCESS,
            ),
            _served(
                case_exchange_pb2,
                case_exchange_pb2_grpc,
                "CaseExchangeService",
                CaseExchange(bridge, bus.down, base.parts, base.clock),
                EXCHANGE_ACCESS,
            ),
        ],
        authenticator=accounts.authenticator,
        texts=texts,
        pings=app.pings,
    )


def _custody(bridge: Bridge, bus: Bus, texts: Catalogue) -> Served:
    servicer = CustodyServicer(bridge, bus, texts)
    return _served(custody_pb2, custody_pb2_grpc, "CustodyService", servicer, CUSTODY_ACCESS)


def _served(messages: object, rpc: object, name: str, servicer: object, access: object) -> Served:
    """One service of generated modules; every generated module has these two names."""
    descriptor = messages.DESCRIPTOR.services_by_name[name]  # type: ignore[attr-defined]
    add = getattr(rpc, f"add_{name}Servicer_to_server")
    return Served(descriptor, add, servicer, access)  # type: ignore[arg-type]
