"""Whole nodes as processes: county, township and village, each with nats-server and services."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import rig

from kernel.directory import read_directory, write_directory
from kernel.directory.entries import Delegation
from kernel.grpc_client import Line, Manner, dial
from kernel.identity import Caller, Kind, Role
from kernel.tokens import KeyRing, issue
from lianxin.cli.node import identity_of

COUNTY, TOWNSHIP, VILLAGE = "anji", "dipu", "lujia"
LISTENING = ("intake", "routing", "nats", "mediation", "hearing")
ABOVE = {COUNTY: "", TOWNSHIP: COUNTY, VILLAGE: TOWNSHIP}
DESKS = {
    COUNTY: ("s-anji", "330523.000.000"),
    TOWNSHIP: ("s-dipu", "330523.001.000"),
    VILLAGE: ("s-dipu-lujia", "330523.001.211"),
}
RUN = "from pathlib import Path; from lianxin.cli.node import load_config, run_node; import sys;"
RUN += "run_node(load_config(Path(sys.argv[1])))"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node lives and listens."""

    code: str
    folder: Path
    intake: int
    routing: int
    nats: int
    mediation: int
    hearing: int

    @property
    def log(self) -> Path:
        """What the process prints."""
        return self.folder / f"{self.code}.log"


@dataclass(frozen=True, slots=True)
class Node:
    """A node at work."""

    place: Place
    pid: int
    started_s: float

    def line(self, service: str, *roles: Role) -> Line:
        """A line to a service of the node, of somebody at its desk with these roles."""
        unit, path = DESKS[self.place.code]
        held = frozenset(roles or (Role.TRIAGE, Role.REGISTRAR, Role.HANDLER))
        caller = Caller(Kind.STAFF, f"clerk-{self.place.code}", unit, unit, path, held)
        ring = KeyRing.open(self.place.folder / self.place.code / "keys")
        code = self.place.code
        token = issue(ring, caller, issuer=code, audience=code, now=datetime.now(UTC))
        port: int = getattr(self.place, service)
        return dial(f"127.0.0.1:{port}", Manner(token=lambda: token, deadline_s=60), retries=0)


@asynccontextmanager
async def running(folder: Path, *codes: str) -> AsyncIterator[dict[str, Node]]:
    """These nodes, started from the top; the others of the directory stay delegated to nobody."""
    places = {code: _place(folder, code) for code in codes}
    _write(folder, places)
    async with AsyncExitStack() as stack:
        nodes = {}
        for code, place in places.items():
            command = ["-c", RUN, str(folder / f"{code}.yaml")]
            started = stack.enter_context(rig.process(command, place.log))
            took = [
                await rig.serving(f"127.0.0.1:{port}", started, place.log)
                for port in (place.routing, place.intake, place.mediation, place.hearing)
            ]
            nodes[code] = Node(place, started.pid, sum(took))
        yield nodes


def _place(folder: Path, code: str) -> Place:
    return Place(code, folder, *(rig.free_port() for _ in LISTENING))


def _write(folder: Path, places: dict[str, Place]) -> None:
    """The directory with the keys of the nodes in it, and a file for each node."""
    directory = read_directory(rig.DIRECTORY.read_bytes()).file
    delegations = []
    for code, place in places.items():
        identity = identity_of(folder / code / "keys")
        if ABOVE[code]:
            delegations.append(
                Delegation(
                    site=DESKS[code][0],
                    node=code,
                    public_key=identity.public_key,
                    nats_key=identity.nats_key,
                )
            )
        (folder / f"{code}.yaml").write_bytes(msgspec.yaml.encode(_config(place, places)))
    delegated = msgspec.structs.replace(directory, delegations=delegations)
    (folder / "directory.yaml").write_bytes(write_directory(delegated))


def _config(place: Place, places: dict[str, Place]) -> dict[str, object]:
    above = places.get(ABOVE[place.code])
    config: dict[str, object] = {
        "node": place.code,
        "data": place.code,
        "listen": {name: getattr(place, name) for name in LISTENING},
    }
    if above is None:
        return config | {"directory": "directory.yaml"}
    parent = {
        "node": above.code,
        "routing": f"127.0.0.1:{above.routing}",
        "nats": f"nats://127.0.0.1:{above.nats}",
    }
    return config | {"parent": parent}
