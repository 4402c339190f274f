"""A whole node in one process: nats-server and every service (embedded operation)."""

from lianxin.cli.node.config import NodeConfig, NodeConfigInvalid, load_config
from lianxin.cli.node.identity import NodeIdentity, identity_of
from lianxin.cli.node.run import run_node

__all__ = [
    "NodeConfig",
    "NodeConfigInvalid",
    "NodeIdentity",
    "identity_of",
    "load_config",
    "run_node",
]
