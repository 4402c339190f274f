"""The databases of a node, in the order in which they are copied."""

from dataclasses import dataclass
from pathlib import Path

from lianxin.cli.backups import postgres, sqlite
from lianxin.cli.node.config import NodeConfig

ORDER = ("routing", "mediation", "hearing", "intake")


@dataclass(frozen=True, slots=True)
class Source:
    """One database: a file of SQLite, or the address of one on PostgreSQL."""

    service: str
    file: Path | None = None
    address: str = ""

    @property
    def kind(self) -> str:
        """What kind of database: sqlite or postgresql."""
        return "sqlite" if self.file else "postgresql"

    @property
    def copy_name(self) -> str:
        """What its copy is called."""
        return f"{self.service}.db" if self.file else f"{self.service}.dump"

    @property
    def missing(self) -> bool:
        """Whether there is nothing to copy."""
        return self.file is not None and not self.file.exists()

    def copy_to(self, target: Path) -> None:
        """Copy it as it is at one moment, while it is written to.

        Raises:
            OSError, sqlite3.Error, ToolMissing, ToolFailed: there is no whole copy.
        """
        if self.file:
            sqlite.copy_database(self.file, target)
        else:
            postgres.dump(self.address, target)

    def is_empty(self) -> bool:
        """Whether it holds nothing yet. Raises psycopg.Error."""
        return self.missing if self.file else postgres.is_empty(self.address)

    def is_used(self) -> bool:
        """Whether a service is connected to it, on PostgreSQL. Raises psycopg.Error."""
        return not self.file and postgres.is_used(self.address)

    def put_back(self, copy: Path) -> None:
        """Put a copy in its place; what was there is gone.

        Raises:
            OSError, psycopg.Error, ToolMissing, ToolFailed: it was not put back.
        """
        if self.file:
            sqlite.put_back(copy, self.file)
        else:
            postgres.put_back(copy, self.address)


def of_folder(data: Path) -> list[Source]:
    """Those of an embedded node with SQLite."""
    return [Source(service, data / f"{service}.db") for service in ORDER]


def of_config(config: NodeConfig) -> list[Source]:
    """Those that a node file names, on SQLite or PostgreSQL."""
    return [_source(config, service) for service in ORDER]


def _source(config: NodeConfig, service: str) -> Source:
    address: str = getattr(config.databases, service)
    if not address:
        return Source(service, config.data / f"{service}.db")
    if address.startswith("sqlite:///"):
        return Source(service, Path(address.removeprefix("sqlite:///")))
    return Source(service, address=address)
