"""Settings of routing, from the environment with the prefix ROUTING_."""

from dataclasses import dataclass
from pathlib import Path

from kernel.settings import Secret, setting

PREFIX = "ROUTING_"


@dataclass(frozen=True)
class Settings:
    """Where routing runs, with what, and whom it talks to."""

    node: str = setting(doc="code of this node, e.g. anji")
    data: Path = setting(Path("data"), "folder of the default database and of first passwords")
    keys: Path = setting(Path("keys"), "folder of the node's keys; not in database backups")
    incarnation: Path = setting(Path("incarnation"), "folder of the node's incarnation files")
    database: str = setting("", "address of the database; empty = routing.db in the data folder")
    readers: int = setting(4, "threads that read")
    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(0, "port to listen on; 0 takes a free one")
    nats: str = setting("", "nats-server of this node")
    nats_public: str = setting("", "where child nodes reach it; empty = as the services do")
    nats_seed: Secret = setting(Secret(""), "NKey seed of this service at the nats-server")
    intake: str = setting("", "host:port of intake of this node")
    mediation: str = setting("", "host:port of mediation of this node; empty = it has none")
    hearing: str = setting("", "host:port of hearing of this node; empty = it has none")
    parent: str = setting("", "host:port of the parent node's routing; empty at the county")
    parent_node: str = setting("", "code of the parent node; empty at the county")
    parent_nats: str = setting("", "the parent's nats-server as this node reaches it")
    parent_seed: Secret = setting(Secret(""), "NKey seed of this node at the parent's nats-server")
    directory: Path | None = setting(None, "directory file for the county's first start")
    regulation: Path = setting(Path("deploy/regulation"), "folder of regulation profiles")
    restored: bool = setting(False, "start as restored from a backup: freeze until compared")
    profile: str = setting("cn-2022", "regulation profile of cases that are pinned to none")
    notices: Path | None = setting(None, "channels of notices; empty = only written to data")
    sweeps: bool = setting(True, "give warnings and supervision by the clocks")

    @property
    def services(self) -> dict[str, str]:
        """Services of the node that hold case data besides routing, and where they are."""
        given = {"intake": self.intake, "mediation": self.mediation, "hearing": self.hearing}
        return {name: at for name, at in given.items() if at or name == "intake"}

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{(self.data / 'routing.db').resolve()}"
