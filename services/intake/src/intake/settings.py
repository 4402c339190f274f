"""Settings of intake, from the environment with the prefix INTAKE_."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kernel.database_settings import DatabaseSettings
from kernel.door_settings import DoorSettings
from kernel.settings import setting
from kernel.shipped import shipped_or_here

PREFIX = "INTAKE_"


@dataclass(frozen=True, kw_only=True)
class Settings(DoorSettings, DatabaseSettings):
    """Where intake runs, with what, and whom it talks to."""

    node: str = setting(doc="code of this node, e.g. anji")
    data: Path = setting(Path("data"), "folder of files, and of the default database")
    keys: Path = setting(Path("keys"), "folder of the node's keys; not in database backups")
    incarnation: Path = setting(Path("incarnation"), "folder of the node's incarnation files")
    database: str = setting("", "address of the database; empty = intake.db in the data folder")
    readers: int = setting(4, "threads that read")
    routing: str = setting("", "host:port of routing; empty = the directory is a file or a copy")
    mediation: str = setting("", "host:port of mediation; without it its papers are not made")
    hearing: str = setting("", "host:port of hearing; without it its papers are not made")
    directory: Path | None = setting(None, "directory file, for a node without routing")
    regulation: Path = setting(shipped_or_here("regulation"), "folder of regulation profiles")
    profile: str = setting("cn-2022", "regulation profile that new cases are pinned to")
    documents: Path = setting(shipped_or_here("documents"), "docx templates of documents")
    notices: Path | None = setting(None, "channels of notices; empty = only written to data")
    files: str = setting("", "attachments: a folder or s3://<key>:<secret>@bucket; empty = in data")
    file_limit: int = setting(50 * 1024 * 1024, "largest attachment, in bytes")
    track_per_minute: int = setting(10, "questions of residents about one number in a minute")
    upload_kept: timedelta = setting(timedelta(days=3), "how long an unfinished upload is kept")

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{(self.data / 'intake.db').resolve()}"

    @property
    def files_url(self) -> str:
        """Where attachments are stored."""
        return self.files or str((self.data / "files").resolve())
