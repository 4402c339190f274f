"""Settings of a nats-server that has a process of its own, with the prefix BROKER_."""

from dataclasses import dataclass
from pathlib import Path

from kernel.door_settings import LockSettings
from kernel.nats_server.config import Cluster, ServerConfig
from kernel.nats_server.permissions import User
from kernel.settings import Secret, setting
from kernel.tls import ServerTls

PREFIX = "BROKER_"


@dataclass(frozen=True, kw_only=True)
class Settings(LockSettings):
    """Where the server listens, whom it lets in, and with which others it is joined."""

    node: str = setting(doc="code of this node, e.g. anji")
    data: Path = setting(Path("data"), "folder of configuration, log and streams")
    keys: Path = setting(
        Path("keys"), "folder of the node's keys: the question to routing is signed"
    )
    users: Path | None = setting(None, "folder of the services' public keys; empty = keys/nats")
    routing: str = setting("", "host:port of routing, which knows the child nodes")
    max_store_bytes: int = setting(1 << 30, "bytes that streams may take; older events go first")
    health_host: str = setting("127.0.0.1", "address of the health check")
    health_port: int = setting(0, "port of the health check; 0 takes a free one")
    server_name: str = setting("", "name of this server; empty = the node; differs in a cluster")
    cluster: str = setting("", "name of the cluster this server belongs to; empty = it is alone")
    cluster_host: str = setting("127.0.0.1", "address for the other servers of the cluster")
    cluster_port: int = setting(6222, "port for them")
    cluster_routes: tuple[str, ...] = setting((), "host:port of the other servers, with commas")
    cluster_password: Secret = setting(Secret(""), "what proves that a server belongs to it")

    def config(self, users: tuple[User, ...]) -> ServerConfig:
        """The configuration with these users."""
        return ServerConfig(
            directory=self.data,
            name=self.server_name or self.node,
            users=users,
            host=self.host,
            port=self.port or -1,
            max_store_bytes=self.max_store_bytes,
            tls=self._tls(),
            cluster=self._cluster(),
        )

    def _tls(self) -> ServerTls | None:
        """With the CA, by which servers of a cluster know each other."""
        own = self.server_tls
        return None if own is None else ServerTls(own.certificate, own.key, self.tls_ca)

    def _cluster(self) -> Cluster | None:
        if not self.cluster:
            return None
        secret = str(self.cluster_password)
        where = (self.cluster, self.cluster_port, self.cluster_routes)
        return Cluster(*where, password=secret, host=self.cluster_host)
