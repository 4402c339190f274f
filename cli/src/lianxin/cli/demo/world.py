"""The demonstration county on disk: keys, directory, a node file for each of three nodes."""

import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from kernel.directory import read_directory, write_directory
from kernel.directory.entries import Delegation, DirectoryFile
from kernel.sealing.box import new_private_key, public_key_of
from lianxin.cli.node.config import shipped
from lianxin.cli.node.identity import identity_of

HOST = "127.0.0.1"
SAMPLES = "samples"
COUNTY, TOWNSHIP, VILLAGE = "anji", "dipu", "lujia"
NODES = (COUNTY, TOWNSHIP, VILLAGE)
ABOVE = {TOWNSHIP: COUNTY, VILLAGE: TOWNSHIP}
SITES = {COUNTY: "s-anji", TOWNSHIP: "s-dipu", VILLAGE: "s-dipu-lujia"}
SERVED_BY_NODE = ("intake", "routing", "nats", "mediation", "hearing")
DISCIPLINE = "u-anji-jijian"
SERVED = range(15_000, 32_000)
"""Below the ports that systems give to outgoing calls: one free now is free at the start, too."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The ports of a node; `up_*` are those of the cable to its parent."""

    node: str
    data: Path
    intake_port: int
    routing_port: int
    nats_port: int
    mediation_port: int
    hearing_port: int
    up_routing: int = 0
    up_nats: int = 0
    ca: Path | None = None
    """The CA by which its doors are known; None = they are not locked."""

    @property
    def intake(self) -> str:
        """host:port of intake."""
        return f"{HOST}:{self.intake_port}"

    @property
    def routing(self) -> str:
        """host:port of routing."""
        return f"{HOST}:{self.routing_port}"

    @property
    def mediation(self) -> str:
        """host:port of mediation."""
        return f"{HOST}:{self.mediation_port}"

    @property
    def hearing(self) -> str:
        """host:port of hearing."""
        return f"{HOST}:{self.hearing_port}"

    @property
    def file(self) -> Path:
        """The node file."""
        return self.data.parent / "node.yaml"

    @property
    def log(self) -> Path:
        """What the process prints."""
        return self.data.parent / "node.log"


@dataclass(frozen=True, slots=True)
class World:
    """Three nodes, not started yet, and the key of the body that receives sealed matters."""

    folder: Path
    nodes: dict[str, Doors]
    directory: DirectoryFile
    sealing_key: bytes

    @property
    def out(self) -> Path:
        """Where papers for people are put."""
        return self.folder / "papers"


def build(folder: Path, databases: Mapping[str, Mapping[str, str]] | None = None) -> World:
    """Write everything three nodes need to start for the first time.

    `databases` are addresses on PostgreSQL by node and service; others are files of SQLite.
    """
    given = databases or {}
    ports = iter(free_ports(19))
    nodes = {code: _doors(folder / code / "data", code, ports) for code in NODES}
    private = new_private_key()
    directory = _directory(nodes, public_key_of(private))
    (folder / "directory.json").write_bytes(write_directory(directory))
    for doors in nodes.values():
        doors.file.write_text(yaml.safe_dump(_node_file(doors, given)), encoding="utf-8")
    world = World(folder, nodes, directory, private)
    world.out.mkdir()
    return world


def free_ports(count: int) -> list[int]:
    """Ports nobody uses now, all different, and none that a call of somebody takes meanwhile."""
    with ExitStack() as stack:
        found: list[int] = []
        for port in secrets.SystemRandom().sample(SERVED, len(SERVED)):
            if len(found) == count:
                break
            with suppress(OSError):  # somebody listens there
                stack.enter_context(socket.create_server((HOST, port)))
                found.append(port)
        return found


def _doors(data: Path, code: str, ports: Iterator[int]) -> Doors:
    data.mkdir(parents=True, mode=0o700)
    up = (next(ports), next(ports)) if code in ABOVE else (0, 0)
    intake, routing, nats, mediation, hearing = (next(ports) for _ in SERVED_BY_NODE)
    return Doors(code, data, intake, routing, nats, mediation, hearing, *up)


def _directory(nodes: dict[str, Doors], sealing_key: str) -> DirectoryFile:
    """The sample directory with the keys of this run."""
    sample = shipped(SAMPLES) / "anji" / "directory.yaml"
    file = read_directory(sample.read_bytes()).file
    units = tuple(
        msgspec.structs.replace(unit, sealing_public_key=sealing_key)
        if unit.id == DISCIPLINE
        else unit
        for unit in file.units
    )
    delegations = tuple(_delegation(nodes[code]) for code in ABOVE)
    return msgspec.structs.replace(file, units=units, delegations=delegations)


def _delegation(doors: Doors) -> Delegation:
    keys = identity_of(doors.data / "keys")
    return Delegation(
        site=SITES[doors.node],
        node=doors.node,
        public_key=keys.public_key,
        nats_key=keys.nats_key,
    )


def _node_file(doors: Doors, databases: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    file: dict[str, object] = {
        "node": doors.node,
        "data": "data",
        "directory": "../directory.json",
        "listen": {
            "host": HOST,
            "intake": doors.intake_port,
            "routing": doors.routing_port,
            "nats": doors.nats_port,
            "mediation": doors.mediation_port,
            "hearing": doors.hearing_port,
        },
    }
    if doors.node in databases:
        file["databases"] = dict(databases[doors.node])
    if doors.node in ABOVE:
        file["parent"] = {
            "node": ABOVE[doors.node],
            "routing": f"{HOST}:{doors.up_routing}",
            "nats": f"nats://{HOST}:{doors.up_nats}",
        }
    return file
