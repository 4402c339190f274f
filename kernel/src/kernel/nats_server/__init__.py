"""The node's own nats-server: its configuration, who may do what on it, and its process."""

from kernel.nats_server.config import Cluster, ServerConfig
from kernel.nats_server.keys import NatsKey
from kernel.nats_server.permissions import (
    User,
    child_user,
    child_users,
    node_users,
    service_user,
)
from kernel.nats_server.process import NatsServer, ServerFault, StoreInUse

__all__ = [
    "Cluster",
    "NatsKey",
    "NatsServer",
    "ServerConfig",
    "ServerFault",
    "StoreInUse",
    "User",
    "child_user",
    "child_users",
    "node_users",
    "service_user",
]
