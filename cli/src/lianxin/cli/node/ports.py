"""Ports chosen at the first start are kept, so that neighbours find the node again."""

import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from lianxin.cli.node.config import NodeConfig

FILE = "node.json"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (what an operator may write)
THIS_MACHINE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the doors of a running node are."""

    node: str
    intake: str
    routing: str
    nats: str
    mediation: str = ""  # empty for a node that ran before there was one
    hearing: str = ""  # likewise
    peers: str = ""  # the door of other nodes, where there is TLS
    ca: str = ""  # file by which the doors are known, where there is TLS
    outside: tuple[str, ...] = ()  # services whose database is no file in the data folder


def settle(config: NodeConfig) -> Addresses:
    """Fixed ports as configured, others as chosen before, or chosen now; written to `node.json`."""
    kept = known(config.data)
    listen = config.listen
    chosen = Addresses(
        node=config.node,
        intake=_address(listen.host, listen.intake, kept.intake if kept else ""),
        routing=_address(listen.host, listen.routing, kept.routing if kept else ""),
        nats=_address(listen.host, listen.nats, kept.nats if kept else ""),
        mediation=_address(listen.host, listen.mediation, kept.mediation if kept else ""),
        hearing=_address(listen.host, listen.hearing, kept.hearing if kept else ""),
        outside=config.databases.outside,
    )
    if config.tls is not None:
        peers = _address(listen.host, listen.peers, kept.peers if kept else "")
        chosen = replace(chosen, peers=peers, ca=str(config.tls.ca))
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (config.data / FILE).write_bytes(msgspec.json.encode(asdict(chosen)))
    return chosen


def known(data: Path) -> Addresses | None:
    """The addresses of the node that lives in this folder, if it ever ran."""
    file = data / FILE
    if not file.exists():
        return None
    return msgspec.json.decode(file.read_bytes(), type=Addresses)


def port_of(address: str) -> int:
    """The port of `host:port` or of `nats://host:port`."""
    return int(address.rpartition(":")[2])


def _address(host: str, port: int, kept: str) -> str:
    if port == 0:
        port = port_of(kept) if kept else _free(host)
    return f"{THIS_MACHINE if host in EVERYWHERE else host}:{port}"


def _free(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
