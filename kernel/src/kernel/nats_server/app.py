"""A nats-server and what watches it, alone in a process: `python -m kernel.nats_server`.

It has no database. The services' public keys are files; child nodes are those of the directory that
routing publishes. The last one is kept, so that the server starts while routing is away.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import grpc

from kernel import logs
from kernel.catalogue import Catalogue
from kernel.clock import SystemClock
from kernel.directory import Directory, read_directory
from kernel.doors.routing import directory_at
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import GrpcServer, Ping, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.nats_server.permissions import User, child_users, node_users
from kernel.nats_server.process import NatsServer, ServerFault
from kernel.nats_server.rotation import services_in, services_let_in
from kernel.nats_server.settings import Settings
from kernel.process import App
from kernel.service import Publication
from kernel.tokens import Authenticator, KeyRing, renewing

NAME = "broker"
KEPT = "directory.json"
LOOK_S = 2.0
_log = logs.get_logger()


class KeysMissing(FileNotFoundError):
    """No service has a key here yet: `lianxin node init` makes them."""


def build(settings: Settings) -> App:
    """The server, ready to be run by `kernel.process`."""
    return App(NAME, partial(_open, settings))


async def _open(settings: Settings, app: App) -> GrpcServer:
    kept = settings.data / KEPT
    known = read_directory(kept.read_bytes()) if kept.exists() else None
    everybody = _Everybody(settings, known)
    server = NatsServer(settings.config(everybody.users()))
    server.start()
    app.on_close("nats-server", server.stop)
    app.add_worker("nats-server", server.keep_running)
    app.add_worker("nats certificate", server.follow_files)
    ring = KeyRing.open(settings.keys)
    app.add_worker("nats services", partial(_follow_services, everybody, server))
    if settings.routing:
        children = _Children(settings, server, everybody)
        app.add_worker("nats users", partial(children.follow, ring))
    app.pings.add(Ping("nats-server", partial(_runs, server)))
    return build_server(
        ServerSettings(settings.health_host, settings.health_port, settings.server_tls),
        [],
        authenticator=Authenticator(settings.node, ring),
        texts=Catalogue.load("kernel"),
        pings=app.pings,
    )


def service_users(settings: Settings) -> tuple[User, ...]:
    """The services with a public key in the folder. Raises KeysMissing when there is none."""
    folder = settings.users or services_in(settings.keys)
    public = services_let_in(folder)
    if not public:
        raise KeysMissing(folder)
    return node_users(settings.node, public)


async def _runs(server: NatsServer) -> None:
    if not server.running:
        raise ServerFault("the nats-server does not run")


@dataclass(slots=True)
class _Everybody:
    """Who is let in: the services by their files, the child nodes by the directory."""

    settings: Settings
    directory: Directory | None
    changing: Lock = field(default_factory=Lock)

    def users(self, directory: Directory | None = None) -> tuple[User, ...]:
        """All of them as they are now. Raises KeysMissing, OSError."""
        children = child_users(self.settings.node, directory or self.directory)
        return (*service_users(self.settings), *children)

    def tell(self, server: NatsServer, directory: Directory | None = None) -> None:
        """Have the server let in who is to be, by a newer directory where there is one.

        Raises:
            ServerFault, KeysMissing, OSError: it goes on as it was.
        """
        with self.changing:
            users = self.users(directory)
            if users != server.config.users:
                server.reload(users)
            self.directory = directory or self.directory


async def _follow_services(everybody: _Everybody, server: NatsServer) -> None:
    """Let a service in by its newer key, and no more by a former one, when its file says so."""
    while True:
        await asyncio.sleep(LOOK_S)
        with contextlib.suppress(KeysMissing, OSError):  # a folder that is being filled
            await asyncio.to_thread(everybody.tell, server)


@dataclass(slots=True)
class _Children:
    """Lets child nodes in, and out, as the directory of this version says."""

    settings: Settings
    server: NatsServer
    everybody: _Everybody

    @property
    def version(self) -> int:
        """Of the directory that is gone by; 0 before the first."""
        return self.everybody.directory.version if self.everybody.directory else 0

    async def follow(self, ring: KeyRing) -> None:
        """Ask routing, for ever."""
        node = self.settings.node
        me = Caller(Kind.SERVICE, f"{node}/{NAME}")
        token = renewing(ring, me, issuer=node, audience=node, clock=SystemClock().now)
        tls = self.settings.client_tls
        async with dial(self.settings.routing, Manner(token=token), tls=tls) as line:
            ask = directory_at(line)
            while True:
                try:
                    found = await ask(self.version)
                except grpc.aio.AioRpcError as error:
                    _log.info("directory_unanswered", code=error.code().name)
                else:
                    if found.content and found.version > self.version:
                        await asyncio.to_thread(self._take, found)
                await asyncio.sleep(LOOK_S)

    def _take(self, found: Publication) -> None:
        """Go by a newer directory; it is kept once the server does."""
        directory = read_directory(found.content)
        self.everybody.tell(self.server, directory)
        kept = self.settings.data / KEPT
        draft = kept.with_suffix(".new")
        draft.write_bytes(found.content)
        draft.replace(kept)
