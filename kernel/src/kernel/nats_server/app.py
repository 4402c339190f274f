"""A nats-server and what watches it, alone in a process: `python -m kernel.nats_server`.

It has no database. The services' public keys are files; child nodes are those of the directory that
routing publishes. The last one is kept, so that the server starts while routing is away.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc

from kernel import logs
from kernel.catalogue import Catalogue
from kernel.clock import SystemClock
from kernel.directory import read_directory
from kernel.doors.routing import directory_at
from kernel.grpc_client import Manner, dial
from kernel.grpc_server import GrpcServer, Ping, ServerSettings, build_server
from kernel.identity import Caller, Kind
from kernel.nats_server.permissions import HUB, LEAVES, User, child_users, node_users
from kernel.nats_server.process import NatsServer, ServerFault
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
    own = service_users(settings)
    kept = settings.data / KEPT
    known = read_directory(kept.read_bytes()) if kept.exists() else None
    server = NatsServer(settings.config((*own, *child_users(settings.node, known))))
    server.start()
    app.on_close("nats-server", server.stop)
    app.add_worker("nats-server", server.keep_running)
    app.add_worker("nats certificate", server.follow_files)
    ring = KeyRing.open(settings.keys)
    if settings.routing:
        children = _Children(settings, server, own, known.version if known else 0)
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
    folder = settings.users or settings.keys / "nats"
    files = {name: folder / f"{name}.pub" for name in (HUB, *LEAVES)}
    public = {name: _public(file) for name, file in files.items() if file.exists()}
    if not public:
        raise KeysMissing(folder)
    return node_users(settings.node, public)


def _public(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()


async def _runs(server: NatsServer) -> None:
    if not server.running:
        raise ServerFault("the nats-server does not run")


@dataclass(slots=True)
class _Children:
    """Lets child nodes in, and out, as the directory of this version says."""

    settings: Settings
    server: NatsServer
    own: tuple[User, ...]
    version: int

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
        self.server.reload((*self.own, *child_users(self.settings.node, directory)))
        kept = self.settings.data / KEPT
        draft = kept.with_suffix(".new")
        draft.write_bytes(found.content)
        draft.replace(kept)
        self.version = found.version
