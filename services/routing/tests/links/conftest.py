"""Nodes in one process with real links: gRPC servers, tokens of node keys, the door above."""

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kernel.catalogue import Catalogue
from kernel.directory import read_directory
from kernel.group_commit import Work
from kernel.grpc_client import Line, Manner, dial
from kernel.grpc_server import GrpcServer, Pings, ServerSettings, ServerTls, build_server
from kernel.identity import Caller, Kind
from kernel.regulation import find_profile
from kernel.testing.clock import FakeClock
from kernel.tokens import Authenticator, KeyRing, renewing
from routing.exchange.bridge import Bridge
from routing.exchange.claims import Claims
from routing.exchange.links import DownLinks
from routing.exchange.parent_door import GrpcParent
from routing.exchange.servicer import CaseExchange
from routing.grpc_api import serving
from routing.steps.runner import Runner
from routing.testing.world import Peer, World, delegated

ROOT = Path(__file__).resolve().parents[4]
TOWN, VILLAGE, OTHER = "s-dipu", "s-dipu-lujia", "s-meixi"


@dataclass
class Station:
    """A node of the world with a server of its own."""

    peer: Peer
    ring: KeyRing
    bridge: Bridge
    put_back: list[Any] = field(default_factory=list)
    claims: Claims | None = None
    server: GrpcServer | None = None
    above: GrpcParent | None = None


@dataclass
class Linked:
    """The world, its servers, and the lines between them."""

    world: World
    folder: Path
    stations: dict[str, Station] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    locked: list[GrpcServer] = field(default_factory=list)

    def line(self, child: str, parent: str, *, ring: str = "") -> Line:
        """A line of a node to another's server, with tokens of its own key (or of `ring`'s)."""
        station, above = self.stations[ring or child], self.stations[parent]
        me = Caller(Kind.NODE, child)
        clock = station.peer.ground.clock
        token = renewing(station.ring, me, issuer=child, audience=parent, clock=clock.now)
        assert above.server is not None
        line = dial(above.server.target, Manner(token=token), retries=0)
        self.lines.append(line)
        return line

    def hang(self, child: str, parent: str) -> GrpcParent:
        """The child dials this parent from now on."""
        station = self.stations[child]
        door = GrpcParent.at(self.line(child, parent), child, station.peer.incarnation, {})
        station.above = door
        ground = _with_parent(station.peer.ground, door)
        station.peer.ground, station.peer.runner = ground, Runner(ground)
        return door

    def know(self, directory: Any) -> None:
        """Every node goes by this directory."""
        for code in self.world.peers:
            self.world.knows(code, directory)

    async def open(self) -> None:
        """A server for each node."""
        for code, peer in self.world.peers.items():
            ring = KeyRing.open(self.folder / f"{code}-ring")
            ground = peer.ground
            bridge = Bridge(ground.node, ground.writer, ground.readers, lambda: False)
            self.stations[code] = Station(peer, ring, bridge)
        for station in self.stations.values():
            station.server = self._server(station)
            await station.server.start()

    async def lock(self, code: str, tls: ServerTls) -> GrpcServer:
        """A further door of a node, for those who show a certificate."""
        server = self._server(self.stations[code], ServerSettings(tls=tls, reflection=False))
        await server.start()
        self.locked.append(server)
        return server

    def _server(self, station: Station, settings: ServerSettings | None = None) -> GrpcServer:
        nothing: Any = None
        node, clock = station.peer.ground.node, station.peer.ground.clock
        station.claims = Claims(node, station.put_back.append)
        links = DownLinks(node, nothing, nothing, nothing, "", bytes, nothing, station.claims)
        exchange = CaseExchange(station.bridge, links, {}, clock, lambda: station.above)
        authenticator = Authenticator(
            node.code,
            station.ring,
            peer_keys=self._key_of,
            seconds=lambda: clock.now().timestamp(),
        )
        return build_server(
            settings or ServerSettings(),
            serving.for_nodes(exchange),
            authenticator=authenticator,
            texts=Catalogue.load("routing"),
            pings=Pings([]),
        )

    async def _key_of(self, node: str, kid: str) -> bytes | None:
        station = self.stations.get(node)
        return None if station is None else station.ring.public_bytes().get(kid)

    async def do(self, code: str, handler: Any, command: Any) -> Any:
        """Run a handler at a node in its own name."""
        ground = self.stations[code].peer.ground
        bound = partial(handler, node=ground.node)
        caller = Caller(Kind.SERVICE, f"{code}/routing")
        return await ground.writer.perform(Work(bound, command, caller=caller))

    async def close(self) -> None:
        """Hang up, stop every server and node."""
        for line in self.lines:
            await line.close()
        for server in (*self.locked, *(station.server for station in self.stations.values())):
            if server is not None:
                await server.stop()
        await self.world.close()


def _with_parent(ground: Any, door: GrpcParent) -> Any:
    return replace(ground, parent=door)


@pytest.fixture(scope="session")
def sample():
    """The sample directory without delegations."""
    return read_directory((ROOT / "deploy/samples/anji/directory.yaml").read_bytes())


@pytest.fixture(scope="session")
def before(sample):
    """The village's node hangs on the county's: the township has none in force yet."""
    return delegated(sample, {VILLAGE: "lujia", OTHER: "meixi"})


@pytest.fixture(scope="session")
def after(sample):
    """The township's node has come between."""
    return delegated(sample, {TOWN: "dipu", VILLAGE: "lujia", OTHER: "meixi"})


@pytest_asyncio.fixture
async def linked(tmp_path, after, before):
    """Four nodes with servers; the village dials the county."""
    profile = find_profile("cn-2022", ROOT / "deploy/regulation")
    world = await World.open(tmp_path, after, profile, FakeClock())
    made = Linked(world, tmp_path)
    await made.open()
    made.know(before)
    made.hang("dipu", "anji")
    made.hang("meixi", "anji")
    made.hang("lujia", "anji")
    yield made
    await made.close()
