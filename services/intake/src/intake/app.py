"""Intake put together: database, office, bus and servicers meet here and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from intake import notices, owing, subscriptions, sweeps
from intake.convert.events import encode
from intake.desk import Desk
from intake.documents.shelf import Shelf
from intake.files import Files
from intake.grpc_api.case_file import case_file_served
from intake.grpc_api.case_log import CaseLogs
from intake.grpc_api.documents import Elsewhere, documents_served
from intake.grpc_api.hearing_door import Hearings
from intake.grpc_api.hearing_file import HearingFiles
from intake.grpc_api.mediation_file import MediationFiles
from intake.grpc_api.mediations import Mediations
from intake.grpc_api.meeting_day import meeting_days_served
from intake.grpc_api.notices import notices_served
from intake.grpc_api.review_file import ReviewFiles
from intake.grpc_api.reviews import Reviews
from intake.grpc_api.servicer import Limits, Others, served
from intake.grpc_api.unit_papers import unit_papers_served
from intake.grpc_api.unserved import unserved_served
from intake.handlers.restoring import EnterLife, enter_life, sites_of
from intake.handlers.telling import keep_directory
from intake.office import Office, takes_part
from intake.settings import Settings
from intake.storage.ledgers import restricted
from intake.storage.tables import case_key, directory_copy, metadata, read_audit, rules_copy
from intake.suggest import shipped_classifier
from intake.suggest.rulebook import shipped_categories
from intake.vault import Vault
from intake.watching import Watch
from kernel.catalogue import Catalogue
from kernel.clock import Clock, SystemClock
from kernel.doors import follow_law, follow_routing, hear_routing, readings_served
from kernel.doors.draining import Draining
from kernel.group_commit import Work
from kernel.grpc_client import Line
from kernel.grpc_server import GrpcServer, ServerSettings, build_server
from kernel.incarnation import RESTORED, Incarnation
from kernel.notifying.settings import Ways
from kernel.process import App
from kernel.rate_limit import RateLimit
from kernel.sealing import NodeKey
from kernel.service import (
    Accounts,
    Base,
    Guide,
    KeepDirectory,
    LawBook,
    Rewrapping,
    Shipped,
    find_directory,
    find_law,
    join,
    keeps_rules,
    open_base,
    own_line,
)

NAME, ROUTING, MEDIATION, HEARING = "intake", "routing", "mediation", "hearing"


def build(settings: Settings, *, clock: Clock | None = None) -> App:
    """The service, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings, clock or SystemClock()))


async def _open(settings: Settings, clock: Clock, app: App) -> GrpcServer:
    base = open_base(app, settings, clock, metadata, encode)
    guide = await find_directory(base, directory_copy, settings.directory)
    shipped = Shipped.read(settings.profile, settings.regulation)
    book = await find_law(base, rules_copy, shipped)
    accounts = _ask_routing(base, settings, guide, book)
    if settings.nats:
        heard = hear_routing(guide, book, accounts, subscriptions.HANDLERS)
        await join(base, heard, partial(_enter_life, base, guide))
    asked = own_line(base, ROUTING, settings.routing) if settings.routing else None
    office = replace(_office(settings, guide, book), draining=_drained(app, asked))
    desk = Desk(base.writer, base.readers, office, clock)
    files = Files.open(settings.files_url)
    app.add_worker("case keys", Rewrapping(base.writer, case_key, desk.office.vault.node_key).run)
    app.add_worker("uploads", partial(sweeps.run, desk, files, settings.upload_kept))
    app.add_worker("callbacks", partial(owing.run, desk))
    app.add_worker("unserved", Watch(desk).run)
    texts = Catalogue.load(NAME)
    ways = Ways("residents", settings.data / "notices", settings.notices)
    app.add_worker("notices", notices.dispatcher(desk, ways, texts).run)
    asking = RateLimit.per_minute(settings.track_per_minute, replicas=settings.replicas)
    limits = Limits(settings.file_limit, asking)
    shelf, away = Shelf(settings.documents), _kept_elsewhere(base, settings)
    others = _others(base, settings, texts, asked)
    return build_server(
        ServerSettings.of(settings),
        [
            *served(desk, files, texts, limits, others),
            notices_served(desk),
            documents_served(desk, texts, shelf, _papers(base, settings, away[0], asked)),
            unserved_served(desk, texts),
            case_file_served(desk, files, texts, shelf, away),
            unit_papers_served(desk, texts, settings.documents),
            meeting_days_served(desk, texts, settings.documents),
            readings_served(base.readers, read_audit, restricted),
        ],
        authenticator=accounts.authenticator if accounts else base.by_tokens(),
        texts=texts,
        pings=app.pings,
    )


def _others(base: Base, settings: Settings, texts: Catalogue, routing: Line | None) -> Others:
    """Whom intake asks for a resident or before an end; each None where there is none."""
    mediation = own_line(base, MEDIATION, settings.mediation) if settings.mediation else None
    hearing = own_line(base, HEARING, settings.hearing) if settings.hearing else None
    return Others(Reviews(routing, texts), Hearings(hearing, texts), Mediations(mediation))


def _kept_elsewhere(base: Base, settings: Settings) -> tuple[MediationFiles, CaseLogs]:
    """What mediation and routing keep of a case, for its papers."""
    mediation = own_line(base, MEDIATION, settings.mediation) if settings.mediation else None
    routing = own_line(base, ROUTING, settings.routing) if settings.routing else None
    return MediationFiles(mediation), CaseLogs(routing)


def _papers(
    base: Base, settings: Settings, mediation: MediationFiles, routing: Line | None
) -> Elsewhere:
    """What a paper draws on that other services of the node keep."""
    hearing = own_line(base, HEARING, settings.hearing) if settings.hearing else None
    return Elsewhere(mediation, ReviewFiles(routing), HearingFiles(hearing))


def _drained(app: App, routing: Line | None) -> Callable[[], bool]:
    """Whether the node is being taken out of service, as routing says from time to time."""
    if routing is None:
        return takes_part
    draining = Draining(routing)
    app.add_worker("drain", draining.follow)
    return draining.now


def _office(settings: Settings, guide: Guide, book: LawBook) -> Office:
    return Office(
        node=settings.node,
        directory=guide.current,
        law=book.current,
        vault=Vault(NodeKey.load(settings.keys)),
        classifier=shipped_classifier(),
        categories=frozenset(shipped_categories()),
    )


def _ask_routing(base: Base, settings: Settings, guide: Guide, book: LawBook) -> Accounts | None:
    """Routing is asked for directory, rules and who may still come in; None where there is none."""
    if not settings.routing:
        return None
    line = own_line(base, ROUTING, settings.routing)
    follow_law(base, book, line, keeps_rules(base, rules_copy))
    return follow_routing(base, guide, line, partial(_keep_directory, base))


async def _keep_directory(base: Base, command: KeepDirectory) -> None:
    """What moves the numbering is committed before anybody registers by the new directory."""
    handler = partial(keep_directory, node=base.settings.node)
    await base.writer.perform(Work(handler, command, key="directory", traceparent=""))


async def _enter_life(base: Base, guide: Guide, life: Incarnation) -> None:
    """Whoever noticed the restore: every service of the node enters the new life."""
    known = guide.current() if guide.version else None
    sites = sites_of(known, base.settings.node)
    restored = life.reason == RESTORED
    command = EnterLife(life.number, life.id, life.begun_at, restored, sites)
    await base.writer.perform(Work(enter_life, command, traceparent=""))
