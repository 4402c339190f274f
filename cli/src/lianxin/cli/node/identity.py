"""Who a node is: the keys it is known by at its parent."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from kernel.nats_server.keys import NatsKey
from kernel.nats_server.permissions import HUB, LEAVES
from kernel.nats_server.rotation import SECRET, services_in
from kernel.tokens import KeyRing

UPLINK = "uplink.nk"


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """Public halves: what the county enters into the directory for a delegated node."""

    public_key: str
    nats_key: str


def identity_of(keys: Path) -> NodeIdentity:
    """The node's public keys; made at the first call, kept in its key folder.

    The keys of its services at its own nats-server are made with them.
    """
    ring = KeyRing.open(keys)
    service_keys(keys)
    kid, _ = ring.signing()
    public = b64encode(ring.public_bytes()[kid]).decode()
    return NodeIdentity(public, NatsKey.load_or_make(keys / UPLINK).public)


def service_keys(keys: Path) -> dict[str, NatsKey]:
    """The key of each service at the node's own nats-server, `nats/<service>.nk`.

    The public half lies beside it, for a nats-server that has a container of its own.
    """
    services_in(keys).mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: NatsKey.published(service_key_file(keys, name)) for name in (HUB, *LEAVES)}


def service_key_file(keys: Path, service: str) -> Path:
    """Where a service's key at the node's own nats-server is kept."""
    return services_in(keys) / f"{service}{SECRET}"


def uplink_key(keys: Path) -> NatsKey:
    """The key of the node at its parent's nats-server."""
    return NatsKey.load_or_make(keys / UPLINK)
