"""Mediation put together: database, office, bus and servicers meet here and nowhere else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from kernel.calendar import seed_calendar
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.consumer import EventHandler
from kernel.group_commit import Work
from kernel.grpc_client import Line
from kernel.grpc_server import GrpcServer, ServerSettings, build_server
from kernel.incarnation import RESTORED, Incarnation
from kernel.process import App
from kernel.regulation import find_profile, load_profile
from kernel.sealing import NodeKey
from kernel.service import (
    Accounts,
    Base,
    Guide,
    Hearing,
    KeepDirectory,
    follow_directory,
    join,
    keep_copy,
    open_base,
    own_line,
)
from kernel.unit_of_work import UnitOfWork
from mediation import subscriptions
from mediation.convert.events import encode
from mediation.desk import Desk
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.grpc_api.servicer import served
from mediation.handlers.case_part import PART
from mediation.office import Office
from mediation.settings import Settings
from mediation.storage.tables import directory_copy, metadata
from mediation.subscriptions.accounts import AccountsAtRouting
from mediation.subscriptions.directory import directory_at
from mediation.sweeps import Sweeps
from mediation.vault import Vault

NAME, ROUTING, INTAKE = "mediation", "routing", "intake"


@dataclass(frozen=True, slots=True)
class EnterLife:
    """The node lives in incarnation `number`, `restored` or begun anew."""

    number: int
    life: UUID
    restored: bool


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    base = open_base(app, settings, clock, metadata, encode)
    guide = await _find_directory(base, settings)
    routing = own_line(base, ROUTING, settings.routing) if settings.routing else None
    intake = own_line(base, INTAKE, settings.intake) if settings.intake else None
    accounts = _follow_routing(base, guide, routing) if routing else None
    if settings.nats:
        heard = _heard(guide, accounts)
        hearing = Hearing(subscriptions.SUBJECTS, (ROUTING,), frozenset({ROUTING}), heard)
        await join(base, hearing, partial(_enter_life, base))
    desk = Desk(base.writer, base.readers, _office(settings, guide), clock)
    app.add_worker("sweeps", Sweeps(desk).run)
    return build_server(
        ServerSettings(host=settings.host, port=settings.port),
        served(desk, Matters(routing), Registrations(intake)),
        authenticator=accounts.authenticator if accounts else base.by_tokens(),
        texts=Catalogue.load(NAME),
        pings=app.pings,
    )


async def _find_directory(base: Base, settings: Settings) -> Guide:
    """A copy or a file is enough to start; routing brings what is newer."""
    guide = Guide(directory_copy)
    await guide.take_copy(base.readers)
    if settings.directory is not None:
        guide.take_file(settings.directory)
    return guide


def _office(settings: Settings, guide: Guide) -> Office:
    found = [load_profile(path) for path in sorted(settings.regulation.glob("*.yaml"))]
    return Office(
        node=settings.node,
        directory=guide.current,
        profile=find_profile(settings.profile, settings.regulation),
        profiles={one.id: one for one in found},
        vault=Vault(NodeKey.load(settings.keys)),
        calendar=seed_calendar(),
    )


def _follow_routing(base: Base, guide: Guide, line: Line) -> Accounts:
    """Routing is asked for the directory, and who may still come in."""
    keep = partial(_keep_directory, base)
    accounts = Accounts(base.settings.node, base.ring, AccountsAtRouting(line), base.clock)
    base.app.add_worker("directory", partial(follow_directory, guide, directory_at(line), keep))
    base.app.add_worker("accounts", accounts.follow)
    return accounts


async def _keep_directory(base: Base, command: KeepDirectory) -> None:
    def keep(uow: UnitOfWork, command: KeepDirectory) -> None:
        keep_copy(uow, directory_copy, command)

    await base.writer.perform(Work(keep, command, key="directory", traceparent=""))


def _heard(guide: Guide, accounts: Accounts | None) -> Mapping[str, EventHandler]:
    """What is done with what routing says. Handlers run in the writer's thread."""
    loop = asyncio.get_running_loop()

    def published() -> None:
        loop.call_soon_threadsafe(guide.published)

    def changed() -> None:
        if accounts is not None:
            loop.call_soon_threadsafe(accounts.changed)

    return subscriptions.handlers(published, changed)


async def _enter_life(base: Base, life: Incarnation) -> None:
    """Whoever noticed the restore: every service of the node enters the new life."""
    command = EnterLife(life.number, life.id, life.reason == RESTORED)
    await base.writer.perform(Work(PART.enter_life, command, traceparent=""))
