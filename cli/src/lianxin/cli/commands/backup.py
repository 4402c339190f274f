"""A consistent copy of the databases of an embedded node, while it runs."""

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.nodes import node_door
from lianxin.cli.words import say

DATABASES = ("intake.db", "routing.db", "mediation.db", "hearing.db")
LAST = "last-backup.json"
PAGES = 2048


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("opt.backup"))],
) -> None:
    """Copy the databases into a new folder below DIR; keys and incarnation stay out of it."""
    door = node_door()
    if door.data is None:
        raise BadInput("BACKUP_EMBEDDED", field="--node-data")
    sources = [door.data / name for name in DATABASES]
    missing = [source.name for source in sources if not source.exists()]
    if missing:
        raise CommandFailed("BACKUP_NOTHING", files=", ".join(missing), folder=door.data)
    now = datetime.now(UTC)
    target = folder / f"{door.file_name}-{now:%Y%m%dT%H%M%SZ}"
    files = _copied(sources, target)
    _note(door.data, now, target)
    data = {"node": door.name, "folder": str(target), "at": now.isoformat(), "files": files}
    output.done("done.backup", data)
    output.line("backup.excluded", keys=door.data / "keys", incarnation=door.data / "incarnation")


def _copied(sources: list[Path], target: Path) -> list[str]:
    """Copies under another name until they are whole and checked, then the folder itself."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.mkdir(parents=True, mode=0o700)
        for source in sources:
            copy_database(source, partial / source.name)
        (partial / "README.txt").write_text(say("backup.note"), encoding="utf-8")
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise CommandFailed("BACKUP_FAILED", problem=error, folder=target) from None
    return [source.name for source in sources]


def copy_database(source: Path, target: Path) -> None:
    """Copy one database page by page with SQLite's own backup, then check the copy.

    Raises:
        sqlite3.DatabaseError: the copy does not pass SQLite's integrity check.
    """
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing, pages=PAGES)
        verdict = writing.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        writing.close()
        reading.close()
    target.chmod(0o600)
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _note(data: Path, at: datetime, target: Path) -> None:
    """So that doctor knows how old the last backup is."""
    content = json.dumps({"at": at.isoformat(), "folder": str(target)})
    (data / LAST).write_text(content, encoding="utf-8")


def last_backup(data: Path) -> datetime | None:
    """When the last backup was made; None when never."""
    try:
        content: dict[str, Any] = json.loads((data / LAST).read_text(encoding="utf-8"))
        return datetime.fromisoformat(content["at"])
    except (OSError, ValueError, KeyError):
        return None
