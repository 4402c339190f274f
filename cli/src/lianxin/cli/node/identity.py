"""Who a node is: the keys it is known by at its parent."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from kernel.nats_server.keys import NatsKey
from kernel.tokens import KeyRing

SERVICES = "services.nk"
UPLINK = "uplink.nk"


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """Public halves: what the county enters into the directory for a delegated node."""

    public_key: str
    nats_key: str


def identity_of(keys: Path) -> NodeIdentity:
    """The node's public keys; made at the first call, kept in its key folder."""
    ring = KeyRing.open(keys)
    kid, _ = ring.signing()
    public = b64encode(ring.public_bytes()[kid]).decode()
    return NodeIdentity(public, NatsKey.load_or_make(keys / UPLINK).public)


def services_key(keys: Path) -> NatsKey:
    """The key of the node's services at its own nats-server."""
    return NatsKey.load_or_make(keys / SERVICES)


def uplink_key(keys: Path) -> NatsKey:
    """The key of the node at its parent's nats-server."""
    return NatsKey.load_or_make(keys / UPLINK)
