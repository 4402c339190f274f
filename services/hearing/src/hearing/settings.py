"""Settings of hearing, from the environment with the prefix HEARING_."""

from dataclasses import dataclass
from pathlib import Path

from kernel.database_settings import DatabaseSettings
from kernel.door_settings import DoorSettings
from kernel.settings import setting
from kernel.shipped import shipped_or_here

PREFIX = "HEARING_"


@dataclass(frozen=True, kw_only=True)
class Settings(DoorSettings, DatabaseSettings):
    """Where hearing runs, with what, and whom it talks to."""

    node: str = setting(doc="code of this node, e.g. anji")
    data: Path = setting(Path("data"), "folder of the default database")
    keys: Path = setting(Path("keys"), "folder of the node's keys; not in database backups")
    incarnation: Path = setting(Path("incarnation"), "folder of the node's incarnation files")
    database: str = setting("", "address of the database; empty = hearing.db in the data folder")
    readers: int = setting(2, "threads that read")
    routing: str = setting("", "host:port of routing; without it no hearing is asked for")
    intake: str = setting("", "host:port of intake; without it no hearing is asked for")
    directory: Path | None = setting(None, "directory file, for a node without routing")
    regulation: Path = setting(shipped_or_here("regulation"), "folder of regulation profiles")
    profile: str = setting("cn-2022", "regulation profile of cases that are pinned to none")
    notices: Path | None = setting(None, "channels of notices; empty = only written to data")

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{(self.data / 'hearing.db').resolve()}"
