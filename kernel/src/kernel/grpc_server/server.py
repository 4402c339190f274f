"""A gRPC server as every service runs it: typed errors, identity, health, reflection, soft stop."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from kernel import logs
from kernel.access import PUBLIC, Access, ServiceDescriptor, check_access, method_names
from kernel.catalogue import Catalogue
from kernel.door_settings import DoorSettings
from kernel.grpc_server.health import Health, Pings
from kernel.interceptors import Certificates, Edge, Gate
from kernel.tls import ServerTls
from kernel.tokens import Authenticator

_log = logs.get_logger()
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where and how a server listens. Port 0 takes a free one; see `GrpcServer.port`."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ServerTls | None = None
    max_message_bytes: int = 4 * MEBIBYTE
    """What one request may have; an RPC whose `Access` names a size of its own has that."""
    grace_s: float = 1.5
    """How long calls under way may take to end at a stop. Whoever is cut off calls again: calls
    that change anything can be repeated. A caller that stopped in the middle is not waited for."""
    keepalive_s: float = 30.0
    reflection: bool = True
    replicas: int = 1
    """How many processes serve the same: each lets its share of a limit of calls through."""

    @classmethod
    def of(cls, door: DoorSettings) -> Self:
        """The door of a service as it was told."""
        return cls(door.host, door.port, door.server_tls, replicas=door.replicas)

    def options(self, largest: int) -> list[tuple[str, Any]]:
        """The channel arguments, each with its reason; no RPC takes more than `largest` bytes."""
        return [
            ("grpc.so_reuseport", 0),  # two servers on one port must not go unnoticed
            # The edge refuses above an RPC's limit with a typed error; the core, which can only
            # say RESOURCE_EXHAUSTED, cuts off what would cost memory.
            ("grpc.max_receive_message_length", largest + MEBIBYTE),
            ("grpc.max_send_message_length", -1),
            ("grpc.keepalive_time_ms", int(self.keepalive_s * 1000)),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_ping_interval_without_data_ms", 5_000),  # villages sit behind NAT
            ("grpc.http2.max_ping_strikes", 0),
        ]


@dataclass(frozen=True, slots=True)
class Served:
    """One service: its descriptor, the generated `add_…_to_server`, the servicer and its doors."""

    descriptor: ServiceDescriptor
    add: Callable[[Any, Any], None]
    servicer: object
    access: Mapping[str, Access] = field(default_factory=dict)


class GrpcServer:
    """Started once, stopped once. Make it with `build_server`. `port` is known once started."""

    def __init__(self, settings: ServerSettings, services: Sequence[Served], edge: Edge) -> None:
        self._settings = settings
        self._services = services
        self._edge = edge
        self._server: grpc.aio.Server | None = None
        self.port = settings.port

    @property
    def target(self) -> str:
        """What to dial from this machine."""
        return f"{self._settings.host}:{self.port}"

    async def start(self) -> None:
        """Accept calls from now on.

        Raises:
            RuntimeError: the port is taken.
        """
        largest = max(self._settings.max_message_bytes, self._edge.gate.largest)
        server = grpc.aio.server(interceptors=[self._edge], options=self._settings.options(largest))
        for served in self._services:
            served.add(served.servicer, server)
        try:
            self.port = self._listen(server)
            await server.start()
        except BaseException:
            await server.stop(None)
            raise
        self._server = server
        _log.info("grpc_listening", port=self.port)

    async def stop(self) -> None:
        """Refuse new calls, end the streams, let the others finish within the grace."""
        if self._server is None:
            return
        stopping = asyncio.ensure_future(self._server.stop(self._settings.grace_s))
        streams = self._edge.drain()
        await stopping
        self._server = None
        _log.info("grpc_stopped", port=self.port, count=streams)

    def _listen(self, server: grpc.aio.Server) -> int:
        address = f"{self._settings.host}:{self._settings.port}"
        if self._settings.tls:
            return server.add_secure_port(address, self._settings.tls.credentials())
        return server.add_insecure_port(address)


def build_server(
    settings: ServerSettings,
    services: Sequence[Served],
    *,
    authenticator: Authenticator,
    texts: Catalogue,
    pings: Pings,
) -> GrpcServer:
    """A server of these services, with health and reflection, not yet started.

    Raises:
        AccessIncomplete: an RPC has no entry in the access tables, or one without a door.
        RevocationsInvalid, OSError: the revocation list cannot be used.
    """
    everything = [*services, *_extras(settings, services, pings)]
    access = {name: entry for served in everything for name, entry in served.access.items()}
    check_access([served.descriptor for served in everything], access)
    certificates = _certificates(settings.tls)
    gate = Gate(access, authenticator, certificates=certificates, replicas=settings.replicas)
    return GrpcServer(settings, everything, Edge(gate, texts, settings.max_message_bytes))


def _certificates(tls: ServerTls | None) -> Certificates | None:
    if tls is None or tls.client_ca is None:
        return None
    return Certificates(tls.client_ca, tls.revoked)


def _extras(settings: ServerSettings, services: Sequence[Served], pings: Pings) -> list[Served]:
    health = health_pb2.DESCRIPTOR.services_by_name["Health"]
    extras = [_public(health, health_pb2_grpc.add_HealthServicer_to_server, Health(pings))]
    if settings.reflection:
        descriptor = reflection_pb2.DESCRIPTOR.services_by_name["ServerReflection"]
        names = [served.descriptor.full_name for served in services]
        names += [health.full_name, descriptor.full_name]
        extras.append(_public(descriptor, _add_reflection, names))
    return extras


def _public(
    descriptor: ServiceDescriptor, add: Callable[[Any, Any], None], servicer: object
) -> Served:
    return Served(descriptor, add, servicer, dict.fromkeys(method_names(descriptor), PUBLIC))


def _add_reflection(names: Sequence[str], server: grpc.aio.Server) -> None:
    reflection.enable_server_reflection(names, server)
