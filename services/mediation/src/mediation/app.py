"""Mediation put together: database, office, bus and servicers meet here and nowhere else."""

from functools import partial

from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.doors import follow_law, follow_routing, hear_routing, readings_served
from kernel.grpc_client import Line
from kernel.grpc_server import GrpcServer, ServerSettings, build_server
from kernel.holding import Vault
from kernel.process import App
from kernel.sealing import NodeKey
from kernel.service import (
    Base,
    Guide,
    LawBook,
    Rewrapping,
    Shipped,
    enter_life,
    find_directory,
    find_law,
    join,
    keeps_copy,
    keeps_rules,
    open_base,
    own_line,
)
from mediation import subscriptions
from mediation.convert.events import encode
from mediation.desk import Desk
from mediation.grpc_api.colleagues import Colleagues
from mediation.grpc_api.hearings import Hearings
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.grpc_api.servicer import Asked, served
from mediation.handlers.case_part import PART
from mediation.office import Office
from mediation.settings import Settings
from mediation.storage.tables import case_key, directory_copy, metadata, read_audit, rules_copy
from mediation.sweeps import Sweeps

NAME, ROUTING, INTAKE, HEARING = "mediation", "routing", "intake", "hearing"


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    base = open_base(app, settings, clock, metadata, encode)
    guide = await find_directory(base, directory_copy, settings.directory)
    shipped = Shipped.read(settings.profile, settings.regulation)
    book = await find_law(base, rules_copy, shipped)
    routing = own_line(base, ROUTING, settings.routing) if settings.routing else None
    intake = own_line(base, INTAKE, settings.intake) if settings.intake else None
    keep = keeps_copy(base, directory_copy)
    accounts = follow_routing(base, guide, routing, keep) if routing else None
    if routing:
        follow_law(base, book, routing, keeps_rules(base, rules_copy))
    if settings.nats:
        heard = hear_routing(guide, book, accounts, subscriptions.HANDLERS)
        await join(base, heard, partial(enter_life, base, PART))
    desk = Desk(base.writer, base.readers, _office(settings, guide, book), clock)
    app.add_worker("case keys", Rewrapping(base.writer, case_key, desk.office.vault.node_key).run)
    app.add_worker("sweeps", Sweeps(desk).run)
    return build_server(
        ServerSettings.of(settings),
        [
            *served(desk, _asked(base, settings, routing, intake)),
            readings_served(base.readers, read_audit),
        ],
        authenticator=accounts.authenticator if accounts else base.by_tokens(),
        texts=Catalogue.load(NAME),
        pings=app.pings,
    )


def _asked(base: Base, settings: Settings, routing: Line | None, intake: Line | None) -> Asked:
    hearing = own_line(base, HEARING, settings.hearing) if settings.hearing else None
    return Asked(Matters(routing), Registrations(intake), Colleagues(routing), Hearings(hearing))


def _office(settings: Settings, guide: Guide, book: LawBook) -> Office:
    return Office(
        node=settings.node,
        directory=guide.current,
        law=book.current,
        vault=Vault(NodeKey.load(settings.keys)),
    )
