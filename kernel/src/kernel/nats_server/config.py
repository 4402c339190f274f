"""The configuration file of the embedded server, which is written as JSON: nothing to escape."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from kernel.nats_server.permissions import User
from kernel.tls import ServerTls

Settings = dict[str, object]
CLUSTER_USER = "member"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Servers that keep the streams together. `routes` are the others, `host:port` each.

    `name` is the same at all of them, the server's own name at none; `password` proves that a
    server belongs to it. With TLS in the server's configuration the routes are locked too.
    """

    name: str
    port: int
    routes: tuple[str, ...]
    password: str = field(repr=False)
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """What the node decides about its server.

    `port` -1 lets the system choose; the port found is kept over restarts. `max_store_bytes`
    bounds the disk: what no longer fits is dropped, oldest first, and fetched again from the
    senders' outboxes.
    """

    directory: Path
    name: str
    users: tuple[User, ...]
    host: str = "127.0.0.1"
    port: int = -1
    max_store_bytes: int = 1 << 30
    max_memory_bytes: int = 16 << 20
    log_file_bytes: int = 8 << 20
    tls: ServerTls | None = None
    cluster: Cluster | None = None

    @property
    def file(self) -> Path:
        """Where the configuration is written."""
        return self.directory / "nats.json"

    @property
    def log_file(self) -> Path:
        """The server's own log."""
        return self.directory / "nats.log"

    @property
    def store(self) -> Path:
        """Where JetStream keeps its streams: a cache of the outboxes, safe to lose."""
        return self.directory / "jetstream"

    def render(self, port: int) -> str:
        """The text of the file when the server is to listen on `port`."""
        settings: Settings = {
            "server_name": self.name,
            "listen": f"{self.host}:{port}",
            "pid_file": str(self.directory / "nats.pid"),
            "ports_file_dir": str(self.directory),
            "log_file": str(self.log_file),
            "logfile_size_limit": self.log_file_bytes,
            "logfile_max_num": 3,
            "jetstream": {
                "store_dir": str(self.store),
                "max_memory_store": self.max_memory_bytes,
                "max_file_store": self.max_store_bytes,
            },
            "authorization": {"users": [_user(user) for user in self.users]},
        }
        if self.tls is not None:
            settings["tls"] = _locked(self.tls)
        if self.cluster is not None:
            settings["cluster"] = _joined(self.cluster, self.tls)
        return json.dumps(settings, indent=1)


def _locked(tls: ServerTls) -> Settings:
    """Clients are known by their keys: a certificate of theirs is not asked for."""
    return {"cert_file": str(tls.certificate), "key_file": str(tls.key), "min_version": "1.2"}


def _joined(cluster: Cluster, tls: ServerTls | None) -> Settings:
    """Clients stay with the servers they were told of: certificates name those."""
    member = {"user": CLUSTER_USER, "password": cluster.password, "timeout": 2}
    secret = quote(cluster.password, safe="")
    settings: Settings = {
        "name": cluster.name,
        "listen": f"{cluster.host}:{cluster.port}",
        "authorization": member,
        "no_advertise": True,
        "routes": [f"nats://{CLUSTER_USER}:{secret}@{route}" for route in cluster.routes],
    }
    if tls is not None:
        settings["tls"] = {**_locked(tls), "ca_file": str(tls.client_ca)}
    return settings


def _user(user: User) -> Settings:
    shown: Settings = {"nkey": user.public}
    if user.publish is not None and user.subscribe is not None:
        shown["permissions"] = {
            "publish": {"allow": _subjects(user.publish)},
            "subscribe": {"allow": _subjects(user.subscribe)},
            **({"allow_responses": True} if user.answers else {}),
        }
    return shown


def _subjects(subjects: Iterable[str]) -> list[str]:
    return list(subjects)
