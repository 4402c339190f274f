"""The gRPC server of a service: `build_server`, then `start` and `stop`."""

from kernel.grpc_server.health import Ping, Pings
from kernel.grpc_server.server import GrpcServer, Served, ServerSettings, build_server
from kernel.tls import ClientTls, ServerTls

__all__ = [
    "ClientTls",
    "GrpcServer",
    "Ping",
    "Pings",
    "Served",
    "ServerSettings",
    "ServerTls",
    "build_server",
]
