"""The doors of an embedded node: where each service listens and how it is locked."""

from typing import Any

from lianxin.cli.node.config import NodeConfig
from lianxin.cli.node.identity import service_key_file
from lianxin.cli.node.ports import Addresses, port_of


def door(config: NodeConfig, addresses: Addresses, service: str) -> dict[str, Any]:
    """What `kernel.door_settings` asks of a service."""
    scheme = "nats" if config.tls is None else "tls"
    return {
        "host": config.listen.host,
        "port": port_of(getattr(addresses, service)),
        "tls_certificate": config.tls.certificate if config.tls else None,
        "tls_key": config.tls.key if config.tls else None,
        "tls_ca": config.tls.ca if config.tls else None,
        "plain_inside": config.plain_inside,
        "nats": f"{scheme}://{addresses.nats}",
        "nats_key": service_key_file(config.keys, service),
    }


def peers_door(config: NodeConfig, addresses: Addresses) -> dict[str, Any]:
    """What routing is told of other nodes; nothing without TLS."""
    if config.tls is None:
        return {}
    return {
        "peers_port": port_of(addresses.peers),
        "node_certificate": config.tls.node_certificate,
        "node_key": config.tls.node_key,
        "nodes_ca": config.tls.nodes_ca,
        "revoked": config.tls.revoked,
    }
