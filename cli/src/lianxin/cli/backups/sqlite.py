"""Copies of SQLite databases."""

import os
import shutil
import sqlite3
from pathlib import Path

PAGES = 2048


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
    _sync(target)


def put_back(copy: Path, target: Path) -> None:
    """Put a copy in the place of a database of a node that does not run."""
    fresh = target.with_suffix(".restoring")
    shutil.copyfile(copy, fresh)
    fresh.chmod(0o600)
    _sync(fresh)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    fresh.replace(target)


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
