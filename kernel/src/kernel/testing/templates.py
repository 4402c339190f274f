"""Databases that a service's migrations went through already, made once a run and copied.

To migrate one for each test takes a PostgreSQL five times as long as to copy its files.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from kernel.testing.postgres import PostgresServer

SQLITE = "sqlite:///"
Upgrade = Callable[[str, str], None]


class Templates:
    """One migrated database for each service and kind, from which fresh ones are copied."""

    def __init__(self, folder: Path, upgrade: Upgrade) -> None:
        self._folder = folder
        self._upgrade = upgrade
        self._names: dict[tuple[int, str], str] = {}

    def upgrade(self, url: str, service: str) -> None:
        """`kernel.migrate.upgrade`; a file of SQLite that is not there yet is a copy at once."""
        file = Path(url.removeprefix(SQLITE))
        if not url.startswith(SQLITE) or file.exists():
            self._upgrade(url, service)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._migrated_file(service), file)

    def on_postgresql(self, service: str | None, server: PostgresServer) -> str:
        """The address of a fresh database of this server; empty without a service."""
        return server.create(self._migrated_name(service, server) if service else None)

    def _migrated_file(self, service: str) -> Path:
        """SQLite carries its log into the file when the last connection is closed."""
        file = self._folder / f"{service}.db"
        if not file.exists():
            self._upgrade(f"{SQLITE}{file}", service)
        return file

    def _migrated_name(self, service: str, server: PostgresServer) -> str:
        key = server.port, service
        if key not in self._names:
            url = server.create()
            self._upgrade(url, service)
            self._names[key] = url.rsplit("/", 1)[1]
        return self._names[key]
