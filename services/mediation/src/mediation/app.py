"""Mediation put together: database, office, bus and servicers meet here and nowhere else."""

from functools import partial

from kernel.calendar import seed_calendar
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.doors import follow_routing, hear_routing
from kernel.grpc_server import GrpcServer, ServerSettings, build_server
from kernel.holding import Vault
from kernel.process import App
from kernel.regulation import find_profile, load_profile
from kernel.sealing import NodeKey
from kernel.service import (
    Guide,
    enter_life,
    find_directory,
    join,
    keeps_copy,
    open_base,
    own_line,
)
from mediation import subscriptions
from mediation.convert.events import encode
from mediation.desk import Desk
from mediation.grpc_api.colleagues import Colleagues
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.grpc_api.servicer import served
from mediation.handlers.case_part import PART
from mediation.office import Office
from mediation.settings import Settings
from mediation.storage.tables import directory_copy, metadata
from mediation.sweeps import Sweeps

NAME, ROUTING, INTAKE = "mediation", "routing", "intake"


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    base = open_base(app, settings, clock, metadata, encode)
    guide = await find_directory(base, directory_copy, settings.directory)
    routing = own_line(base, ROUTING, settings.routing) if settings.routing else None
    intake = own_line(base, INTAKE, settings.intake) if settings.intake else None
    keep = keeps_copy(base, directory_copy)
    accounts = follow_routing(base, guide, routing, keep) if routing else None
    if settings.nats:
        heard = hear_routing(guide, accounts, subscriptions.HANDLERS)
        await join(base, heard, partial(enter_life, base, PART))
    desk = Desk(base.writer, base.readers, _office(settings, guide), clock)
    app.add_worker("sweeps", Sweeps(desk).run)
    return build_server(
        ServerSettings(host=settings.host, port=settings.port),
        served(desk, Matters(routing), Registrations(intake), Colleagues(routing)),
        authenticator=accounts.authenticator if accounts else base.by_tokens(),
        texts=Catalogue.load(NAME),
        pings=app.pings,
    )


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
