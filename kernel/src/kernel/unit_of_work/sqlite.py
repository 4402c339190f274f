"""SQLite below SQLAlchemy."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from kernel.unit_of_work.driver import Driver, Fault, TransactionLost, Values

_FAULTS = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: Fault.DUPLICATE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: Fault.DUPLICATE,
    sqlite3.SQLITE_CONSTRAINT_ROWID: Fault.DUPLICATE,
    sqlite3.SQLITE_BUSY: Fault.RETRY,
    sqlite3.SQLITE_BUSY_SNAPSHOT: Fault.RETRY,
    sqlite3.SQLITE_LOCKED: Fault.RETRY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR_WRITE: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.AWAY,
}


MARKS = 4_096
"""Values bound in one statement, at most; SQLite takes 32,766."""


class SqliteDriver(Driver):
    """A transaction of SQLite. It began with BEGIN IMMEDIATE, so nobody else writes meanwhile."""

    placeholder = "?"
    same = "IS"
    lock = ""
    errors = (*Driver.errors, sqlite3.Error)

    @property
    def alive(self) -> bool:
        """A full disk inside a savepoint, for one, ends the whole transaction silently."""
        return bool(self.raw.in_transaction)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        """Insert rows, in order, by few statements of many rows.

        The driver gives the interpreter away at each statement; where other threads want it, that
        costs more than the row.
        """
        listed = list(rows)
        names, marks = ", ".join(columns), f"({', '.join('?' * len(columns))})"
        most = _power_of_two(MARKS // len(columns))
        at = 0
        while at < len(listed):
            count = min(most, _power_of_two(len(listed) - at))  # few forms, each prepared once
            values = list(chain.from_iterable(listed[at : at + count]))
            statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * count)}"  # noqa: S608  # names are the code's own, values are bound
            self.cursor.execute(statement, values)
            at += count

    def change(self, statement: str, rows: Sequence[Values]) -> int:
        """Run one UPDATE or DELETE for each row of values; answers how many rows were changed."""
        self.cursor.executemany(statement, rows)
        changed: int = self.cursor.rowcount
        return changed

    def among(self, kind: str, values: list[Any]) -> tuple[str, list[Any]]:
        """One mark for each value: SQLite has no arrays."""
        return f"IN ({', '.join('?' * len(values))})", values

    def commit(self) -> None:
        """End the transaction. Raises TransactionLost when there was none left."""
        if not self.alive:
            raise TransactionLost
        self.cursor.execute("COMMIT")
        if self.alive:
            raise TransactionLost

    @staticmethod
    def _driver_fault(error: BaseException) -> Fault:
        return _FAULTS.get(getattr(error, "sqlite_errorcode", 0), Fault.BROKEN)


def _power_of_two(most: int) -> int:
    """The largest power of two that is not greater."""
    return 1 << (most.bit_length() - 1)
