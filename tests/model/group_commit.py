"""Group commit on a real SQLite file, in the simpler wording and repaired (handover section 5).

A full disk inside a savepoint rolls back SQLite's whole transaction. The savepoints that follow
open transactions of their own, and a connection that commits without a transaction says nothing:
the commands before the full disk were answered OK and are gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

OK = "OK"
REFUSED = "REFUSED"


class Command(NamedTuple):
    """A command that stores `size` bytes under its request id."""

    request_id: str
    size: int


def open_small_store(path: Path, pages: int = 16) -> sqlite3.Connection:
    """Make a store whose disk is full after a few pages."""
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("CREATE TABLE command (request_id TEXT PRIMARY KEY, content BLOB)")
    store.execute(f"PRAGMA max_page_count = {pages}")
    return store


def stored(store: sqlite3.Connection) -> set[str]:
    """Give the request ids that are durable."""
    return {row[0] for row in store.execute("SELECT request_id FROM command")}


def trusting_batch(store: sqlite3.Connection, commands: Sequence[Command]) -> dict[str, str]:
    """Simpler wording: a savepoint a command, the connection commits at the end, none checked."""
    with store:
        store.execute("BEGIN IMMEDIATE")
        return {command.request_id: _in_savepoint(store, command) for command in commands}


def checked_batch(store: sqlite3.Connection, commands: Sequence[Command]) -> dict[str, str]:
    """Repaired: when the transaction died nobody is answered; each command runs again alone."""
    answers = {}
    store.execute("BEGIN IMMEDIATE")
    for command in commands:
        answers[command.request_id] = _in_savepoint(store, command)
        if not store.in_transaction:
            return _one_by_one(store, commands)
    store.execute("COMMIT")
    return answers


def _in_savepoint(store: sqlite3.Connection, command: Command) -> str:
    store.execute("SAVEPOINT command")
    try:
        _execute(store, command)
    except sqlite3.OperationalError:
        if store.in_transaction:
            store.execute("ROLLBACK TO command")
        return REFUSED
    store.execute("RELEASE command")
    return OK


def _one_by_one(store: sqlite3.Connection, commands: Sequence[Command]) -> dict[str, str]:
    return {command.request_id: _alone(store, command) for command in commands}


def _alone(store: sqlite3.Connection, command: Command) -> str:
    """Run in a transaction of its own; the request id's row tells whether it was done before."""
    if command.request_id in stored(store):
        return OK
    store.execute("BEGIN IMMEDIATE")
    try:
        _execute(store, command)
        store.execute("COMMIT")
    except sqlite3.OperationalError:
        if store.in_transaction:
            store.execute("ROLLBACK")
        return REFUSED
    return OK


def _execute(store: sqlite3.Connection, command: Command) -> None:
    store.execute(
        "INSERT INTO command (request_id, content) VALUES (?, zeroblob(?))",
        (command.request_id, command.size),
    )
