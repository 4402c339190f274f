"""The node's own nats-server: its configuration, who may do what on it, and its process."""

from kernel.nats_server.config import ServerConfig
from kernel.nats_server.keys import NatsKey
from kernel.nats_server.permissions import User, child_user, service_user
from kernel.nats_server.process import NatsServer, ServerFault, StoreInUse

__all__ = [
    "NatsKey",
    "NatsServer",
    "ServerConfig",
    "ServerFault",
    "StoreInUse",
    "User",
    "child_user",
    "service_user",
]
