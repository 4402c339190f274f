"""Intake put together: database, office, bus and servicers meet here and nowhere else."""

import asyncio
from functools import partial

from intake import subscriptions
from intake.convert.events import encode
from intake.desk import Desk
from intake.grpc_api.access import INTAKE_ACCESS, PART_ACCESS
from intake.grpc_api.servicer import CasePartServicer, IntakeServicer
from intake.guide import Guide
from intake.office import Office
from intake.settings import Settings
from intake.storage.tables import metadata
from intake.subscriptions.directory import follow
from intake.suggest import shipped_classifier
from intake.suggest.rulebook import shipped_categories
from intake.vault import Vault
from kernel import migrate
from kernel.broker import Broker, BrokerAddress, Consumer, Stream
from kernel.calendar import seed_calendar
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.consumer import Courier, LocalEar, Receiver
from kernel.database import Database
from kernel.group_commit import Readers, Writer
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import GrpcServer, Ping, Served, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.incarnation import begin, until_replaced
from kernel.links.tables import LinkTables
from kernel.process import App
from kernel.regulation import find_profile
from kernel.relay import Ground, LinkEnd, LocalDoor, Relay, Retention
from kernel.sealing import NodeKey
from kernel.tokens import Authenticator, KeyRing, renewing
from lianxin.exchange.v1 import case_part_pb2, case_part_pb2_grpc
from lianxin.intake.v1 import intake_service_pb2, intake_service_pb2_grpc

NAME, ROUTING = "intake", "routing"
CASES = Stream("CASE", ("case.>",))
INTAKE = intake_service_pb2.DESCRIPTOR.services_by_name["IntakeService"]
PART = case_part_pb2.DESCRIPTOR.services_by_name["CasePartService"]


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    migrate.upgrade(settings.database_url, NAME)
    database = Database.open(settings.database_url, readers=settings.readers)
    app.on_close("database", database.close)
    readers = Readers(database)
    app.on_close("readers", readers.close)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    writer.start()
    app.on_close("writer", writer.stop)
    ring, guide = KeyRing.open(settings.keys), Guide()
    await _find_directory(app, settings, clock, ring, guide, writer, readers)
    if settings.nats:
        await _join_bus(app, settings, clock, guide, writer, readers)
    desk = Desk(writer, readers, _office(settings, guide), clock)
    app.pings.add(Ping("database", partial(readers.run, lambda c: c.exec_driver_sql("SELECT 1"))))
    return _server(app, settings, desk, ring)


def _office(settings: Settings, guide: Guide) -> Office:
    classifier = shipped_classifier()
    return Office(
        node=settings.node,
        directory=guide.current,
        profile=find_profile(settings.profile, settings.regulation),
        vault=Vault(NodeKey.load(settings.keys)),
        classifier=classifier,
        categories=frozenset(shipped_categories()),
        calendar=seed_calendar(),
    )


async def _find_directory(
    app: App,
    settings: Settings,
    clock: Clock,
    ring: KeyRing,
    guide: Guide,
    writer: Writer,
    readers: Readers,
) -> None:
    await guide.take_copy(readers)
    if settings.directory is not None:
        guide.take_file(settings.directory)
    if not settings.routing:
        return
    service = Caller(Kind.SERVICE, f"{settings.node}/{NAME}")
    token = renewing(ring, service, issuer=settings.node, audience=settings.node, clock=clock.now)
    line = dial(settings.routing, Manner(token=token))
    app.on_close("routing", line.close)
    app.add_worker("directory", partial(follow, guide, line, writer))


def _server(app: App, settings: Settings, desk: Desk, ring: KeyRing) -> GrpcServer:
    texts = Catalogue.load(NAME)
    return build_server(
        ServerSettings(host=settings.host, port=settings.port),
        [
            Served(
                INTAKE,
                intake_service_pb2_grpc.add_IntakeServiceServicer_to_server,
                IntakeServicer(desk, texts),
                INTAKE_ACCESS,
            ),
            Served(
                PART,
                case_part_pb2_grpc.add_CasePartServiceServicer_to_server,
                CasePartServicer(desk),
                PART_ACCESS,
            ),
        ],
        authenticator=Authenticator(
            settings.node, ring, seconds=lambda: desk.clock.now().timestamp()
        ),
        texts=texts,
        pings=app.pings,
    )


async def _join_bus(
    app: App, settings: Settings, clock: Clock, guide: Guide, writer: Writer, readers: Readers
) -> None:
    """Send what happens here, hear what routing says."""
    tables = LinkTables.of(metadata)
    durable = Consumer(CASES.name, NAME, subscriptions.SUBJECTS)
    broker = Broker(
        BrokerAddress((settings.nats,), str(settings.nats_seed)), NAME, (CASES, durable)
    )
    await broker.start()
    app.on_close("broker", broker.stop)
    begun = await begin(
        settings.incarnation,
        NAME,
        tables=tables,
        writer=writer,
        readers=readers,
        now=clock.now(),
    )
    number = begun.incarnation.number
    ground = Ground(tables, writer, readers, begun.witness, clock, number)
    relay = Relay(LinkEnd.local(settings.node, NAME, frozenset({ROUTING})), ground, broker)
    retention = Retention(relay)
    loop = asyncio.get_running_loop()
    heard = subscriptions.handlers(lambda: loop.call_soon_threadsafe(guide.published))
    receiver = Receiver("local", heard, tables=tables, writer=writer, readers=readers)
    await receiver.load()
    ear = LocalEar(broker, receiver, node=settings.node, service=NAME, senders=(ROUTING,))
    app.add_workers(
        {
            "relay": relay.run,
            "door": LocalDoor(relay, retention).run,
            "retention": retention.run,
            "courier": Courier(broker, CASES.name, NAME, receiver).run,
            "ear": ear.run,
            "incarnation": partial(until_replaced, settings.incarnation, number),
        }
    )
