"""Notices that could not be sent, as the database of a service at this machine tells."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from lianxin.cli.checks.findings import Finding

FAILED = "SELECT count(*) FROM notice WHERE state = 'failed'"
THERE = "SELECT 1 FROM sqlite_master WHERE name = 'notice'"


def failed_notices(file: Path) -> Iterator[Finding]:
    """One finding when there are any; a damaged database is told of elsewhere."""
    if not file.exists():
        return
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            there = connection.execute(THERE).fetchone()
            count = connection.execute(FAILED).fetchone()[0] if there else 0
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return
    if count:
        yield Finding("NOTICES_FAILED", {"file": file.name, "count": count})
