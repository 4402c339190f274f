"""The configuration file of the embedded server, which is written as JSON: nothing to escape."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kernel.nats_server.permissions import User

Settings = dict[str, object]


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
        return json.dumps(settings, indent=1)


def _user(user: User) -> Settings:
    shown: Settings = {"nkey": user.public}
    if user.publish is not None and user.subscribe is not None:
        shown["permissions"] = {
            "publish": {"allow": _subjects(user.publish)},
            "subscribe": {"allow": _subjects(user.subscribe)},
        }
    return shown


def _subjects(subjects: Iterable[str]) -> list[str]:
    return list(subjects)
