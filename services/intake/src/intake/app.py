"""Intake put together: database, office, bus and servicers meet here and nowhere else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from intake import subscriptions, sweeps
from intake.convert.events import encode
from intake.desk import Desk
from intake.files import Files
from intake.grpc_api.servicer import Limits, served
from intake.guide import Guide
from intake.handlers.restoring import EnterLife, enter_life, sites_of
from intake.office import Office
from intake.settings import Settings
from intake.storage.tables import metadata
from intake.subscriptions.accounts import Accounts
from intake.subscriptions.directory import follow
from intake.suggest import shipped_classifier
from intake.suggest.rulebook import shipped_categories
from intake.vault import Vault
from kernel import migrate
from kernel.broker import Broker, BrokerAddress, Consumer, Stream
from kernel.calendar import seed_calendar
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.consumer import Courier, EventHandler, Forgetting, LocalEar, Receiver
from kernel.database import Database
from kernel.group_commit import Readers, Work, Writer
from kernel.grpc_client import Line, Manner, dial
from kernel.grpc_server import GrpcServer, Ping, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.incarnation import RESTORED, Incarnation, begin, until_replaced
from kernel.links.tables import LinkTables
from kernel.process import App
from kernel.regulation import find_profile
from kernel.relay import Ground, LinkEnd, LocalDoor, Relay, Retention
from kernel.sealing import NodeKey
from kernel.tokens import Authenticator, KeyRing, renewing

NAME, ROUTING = "intake", "routing"
CASES = Stream("CASE", ("case.>",))


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


@dataclass(frozen=True, slots=True)
class _Intake:
    """The parts of the service while it is put together."""

    app: App
    settings: Settings
    clock: Clock
    writer: Writer
    readers: Readers
    ring: KeyRing
    guide: Guide


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    intake = _on_database(settings, clock, app)
    await _find_directory(intake)
    accounts = _ask_routing(intake)
    if settings.nats:
        await _join_bus(intake, accounts)
    desk = Desk(intake.writer, intake.readers, _office(intake), clock)
    files = Files.open(settings.files_url)
    app.add_worker("uploads", partial(sweeps.run, desk, files, settings.upload_kept))
    return _server(intake, accounts, desk, files)


def _on_database(settings: Settings, clock: Clock, app: App) -> _Intake:
    migrate.upgrade(settings.database_url, NAME)
    database = Database.open(settings.database_url, readers=settings.readers)
    app.on_close("database", database.close)
    readers = Readers(database)
    app.on_close("readers", readers.close)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    writer.start()
    app.on_close("writer", writer.stop)
    app.pings.add(Ping("database", partial(readers.run, lambda c: c.exec_driver_sql("SELECT 1"))))
    ring = KeyRing.open(settings.keys)
    return _Intake(app, settings, clock, writer, readers, ring, Guide())


async def _follow(intake: _Intake, line: Line) -> None:
    await follow(intake.guide, line, intake.writer, intake.settings.node)


def _office(intake: _Intake) -> Office:
    settings = intake.settings
    return Office(
        node=settings.node,
        directory=intake.guide.current,
        profile=find_profile(settings.profile, settings.regulation),
        vault=Vault(NodeKey.load(settings.keys)),
        classifier=shipped_classifier(),
        categories=frozenset(shipped_categories()),
        calendar=seed_calendar(),
    )


async def _find_directory(intake: _Intake) -> None:
    """A copy or a file is enough to start; routing brings what is newer."""
    settings, guide = intake.settings, intake.guide
    await guide.take_copy(intake.readers)
    if settings.directory is not None:
        guide.take_file(settings.directory)


def _ask_routing(intake: _Intake) -> Accounts | None:
    """Routing is asked for the directory, and who may still come in; None where there is none."""
    settings, node = intake.settings, intake.settings.node
    if not settings.routing:
        return None
    service = Caller(Kind.SERVICE, f"{node}/{NAME}")
    token = renewing(intake.ring, service, issuer=node, audience=node, clock=intake.clock.now)
    line = dial(settings.routing, Manner(token=token))
    intake.app.on_close("routing", line.close)
    accounts = Accounts(node, intake.ring, line, intake.clock)
    intake.app.add_worker("directory", partial(_follow, intake, line))
    intake.app.add_worker("accounts", accounts.follow)
    return accounts


def _server(intake: _Intake, accounts: Accounts | None, desk: Desk, files: Files) -> GrpcServer:
    settings, texts = intake.settings, Catalogue.load(NAME)
    limits = Limits(settings.file_limit, settings.track_per_minute)
    return build_server(
        ServerSettings(host=settings.host, port=settings.port),
        served(desk, files, texts, limits),
        authenticator=accounts.authenticator if accounts else _authenticator(intake),
        texts=texts,
        pings=intake.app.pings,
    )


def _authenticator(intake: _Intake) -> Authenticator:
    """Goes by tokens alone."""
    clock = intake.clock
    return Authenticator(intake.settings.node, intake.ring, seconds=lambda: clock.now().timestamp())


def _heard(guide: Guide, accounts: Accounts | None) -> Mapping[str, EventHandler]:
    """What is done with what routing says. Handlers run in the writer's thread."""
    loop = asyncio.get_running_loop()

    def published() -> None:
        loop.call_soon_threadsafe(guide.published)

    def changed() -> None:
        if accounts is not None:
            loop.call_soon_threadsafe(accounts.changed)

    return subscriptions.handlers(published, changed)


async def _enter_life(intake: _Intake, life: Incarnation) -> None:
    """Whoever noticed the restore: every service of the node enters the new life."""
    guide = intake.guide
    known = guide.current() if guide.version else None
    sites = sites_of(known, intake.settings.node)
    restored = life.reason == RESTORED
    command = EnterLife(life.number, life.id, life.begun_at, restored, sites)
    await intake.writer.perform(Work(enter_life, command, traceparent=""))


async def _join_bus(intake: _Intake, accounts: Accounts | None) -> None:
    """Send what happens here, hear what routing says."""
    settings, tables = intake.settings, LinkTables.of(metadata)
    writer, readers = intake.writer, intake.readers
    durable = Consumer(CASES.name, NAME, subscriptions.SUBJECTS)
    address = BrokerAddress((settings.nats,), str(settings.nats_seed))
    broker = Broker(address, NAME, (CASES, durable))
    await broker.start()
    intake.app.on_close("broker", broker.stop)
    begun = await begin(
        settings.incarnation,
        NAME,
        tables=tables,
        writer=writer,
        readers=readers,
        now=intake.clock.now(),
    )
    await _enter_life(intake, begun.incarnation)
    number = begun.incarnation.number
    ground = Ground(tables, writer, readers, begun.witness, intake.clock, number)
    relay = Relay(LinkEnd.local(settings.node, NAME, frozenset({ROUTING})), ground, broker)
    retention, heard = Retention(relay), _heard(intake.guide, accounts)
    receiver = Receiver("local", heard, tables=tables, writer=writer, readers=readers)
    await receiver.load()
    ear = LocalEar(broker, receiver, node=settings.node, service=NAME, senders=(ROUTING,))
    intake.app.add_workers(
        {
            "relay": relay.run,
            "door": LocalDoor(relay, retention).run,
            "retention": retention.run,
            "courier": Courier(broker, CASES.name, NAME, receiver).run,
            "ear": ear.run,
            "inbox": Forgetting(receiver, intake.clock).run,
            "incarnation": partial(until_replaced, settings.incarnation, number),
        }
    )
