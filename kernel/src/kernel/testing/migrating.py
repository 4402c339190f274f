"""Migrations of fresh databases, run once and then said again word for word.

Working a migration out takes Alembic ten times as long as the database needs to do it, and nearly
every test of a service begins with an empty one.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect

Run = Callable[[Connection, Path], None]
_Said = list[tuple[str, Any, bool]]
_READS = re.compile(r"\s*(SELECT|PRAGMA|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def said_again(run: Run) -> Run:
    """`run` for a database that has tables, or whose migrations are new; else its own statements.

    They are kept by kind of database and by what the migrations say.
    """
    known: dict[tuple[str, bytes], _Said] = {}

    def run_once(connection: Connection, folder: Path) -> None:
        if inspect(connection).get_table_names():
            run(connection, folder)
            return
        key = connection.dialect.name, _digest(folder)
        if key in known:
            _say(connection, known[key])
        else:
            known[key] = _heard(connection, folder, run)

    return run_once


def _digest(folder: Path) -> bytes:
    digest = blake2b(str(folder).encode())
    for file in sorted((folder / "versions").glob("*.py")):
        digest.update(file.read_bytes())
    return digest.digest()


def _heard(connection: Connection, folder: Path, run: Run) -> _Said:
    """Run it and answer what it said, but for what only reads."""
    said: _Said = []

    def note(*told: Any) -> None:
        _, _, statement, values, _, many = told
        if not _READS.match(statement):
            said.append((statement, values, many))

    event.listen(connection, "before_cursor_execute", note)
    try:
        run(connection, folder)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return said


def _say(connection: Connection, said: _Said) -> None:
    cursor = connection.connection.cursor()
    for statement, values, many in said:
        (cursor.executemany if many else cursor.execute)(statement, values)
    cursor.close()
