"""What a service stands on: its database with one writer and its readers, and the node's keys."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import MetaData

from kernel.clock import Clock
from kernel.database import Database
from kernel.database_settings import OfDatabase, bring_up
from kernel.group_commit import Readers, Writer
from kernel.grpc_client import ClientTls, Line, Manner, dial
from kernel.grpc_server import Ping
from kernel.identity import Caller, Kind
from kernel.process import App
from kernel.settings import Secret
from kernel.tokens import Authenticator, KeyRing, renewing
from kernel.unit_of_work.unit import Encode


class Settings(OfDatabase, Protocol):
    """The settings that every such service has."""

    @property
    def node(self) -> str:
        """Code of the node."""
        ...

    @property
    def readers(self) -> int:
        """Threads that read."""
        ...

    @property
    def keys(self) -> Path:
        """Folder of the node's keys."""
        ...

    @property
    def incarnation(self) -> Path:
        """Folder of the node's incarnation files."""
        ...

    @property
    def nats(self) -> str:
        """The node's nats-servers, with commas."""
        ...

    @property
    def nats_seed(self) -> Secret:
        """NKey seed of the service there."""
        ...

    @property
    def nats_key(self) -> Path | None:
        """File with that seed, read at each connection; before `nats_seed`."""
        ...

    @property
    def nats_replicas(self) -> int:
        """Copies of each stream there."""
        ...

    @property
    def tls_ca(self) -> Path | None:
        """CA of the nats-server."""
        ...

    @property
    def client_tls(self) -> ClientTls | None:
        """What other services of the node are dialled with; None = plain."""
        ...


@dataclass(frozen=True, slots=True)
class Base:
    """Open until the app is closed."""

    app: App
    settings: Settings
    clock: Clock
    metadata: MetaData
    writer: Writer
    readers: Readers
    ring: KeyRing

    @property
    def name(self) -> str:
        """The service."""
        return self.app.name

    def by_tokens(self) -> Authenticator:
        """Lets in by tokens alone, for a service that has nobody to ask about accounts."""
        clock = self.clock
        return Authenticator(self.settings.node, self.ring, seconds=lambda: clock.now().timestamp())


def open_base(
    app: App, settings: Settings, clock: Clock, metadata: MetaData, encode: Encode
) -> Base:
    """Bring the database up to date and open it; everything is closed with the app."""
    bring_up(settings, app.name)
    database = Database.open(settings.database_url, readers=settings.readers)
    app.on_close("database", database.close)
    readers = Readers(database)
    app.on_close("readers", readers.close)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    writer.start()
    app.on_close("writer", writer.stop)
    app.pings.add(Ping("database", partial(readers.run, lambda c: c.exec_driver_sql("SELECT 1"))))
    return Base(app, settings, clock, metadata, writer, readers, KeyRing.open(settings.keys))


def own_line(base: Base, name: str, address: str) -> Line:
    """A line to another service of the node, on which this one speaks for itself."""
    node = base.settings.node
    me = Caller(Kind.SERVICE, f"{node}/{base.name}")
    token = renewing(base.ring, me, issuer=node, audience=node, clock=base.clock.now)
    line = dial(address, Manner(token=token), tls=base.settings.client_tls)
    base.app.on_close(name, line.close)
    return line
