"""PostgreSQL below SQLAlchemy."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine

from kernel.unit_of_work.driver import Driver, Fault, TransactionLost, Values

FEW = 2
"""Up to this many rows a plain INSERT costs less than a COPY."""
_RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


class PostgresDriver(Driver):
    """A transaction of PostgreSQL, READ COMMITTED: what is read by key is read locked."""

    placeholder = "%s"
    same = "IS NOT DISTINCT FROM"
    lock = " FOR NO KEY UPDATE"
    errors = (*Driver.errors, psycopg.Error)

    @staticmethod
    def engine(writer: Engine) -> Engine:
        """The driver would begin only with the first statement, and a batch may send none."""
        return writer.execution_options(isolation_level="AUTOCOMMIT")

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.cursor.execute("BEGIN")

    @property
    def alive(self) -> bool:
        """After any error the server keeps an aborted transaction that can only be rolled back."""
        status: TransactionStatus = self.raw.info.transaction_status
        return status is TransactionStatus.INTRANS

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        """Insert rows, in order: a few by INSERT, many by one COPY."""
        listed = list(rows)
        names = ", ".join(columns)
        if len(listed) <= FEW:
            one = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608  # names are the code's own, values are bound
            for row in listed:
                self.cursor.execute(one, row)
            return
        with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in listed:
                copy.write_row(row)

    def change(self, statement: str, rows: Sequence[Values]) -> int:
        """Run one UPDATE or DELETE for each row of values; answers how many rows were changed."""
        if len(rows) == 1:
            self.cursor.execute(statement, rows[0])
        else:
            self.cursor.executemany(statement, rows)  # in the driver's pipeline mode
        changed: int = self.cursor.rowcount
        return changed

    def among(self, kind: str, values: list[Any]) -> tuple[str, list[Any]]:
        """One array for all values: the statement stays the same, so it stays prepared."""
        return f"= ANY(%s::{kind}[])", [values]

    def commit(self) -> None:
        """End the transaction. COMMIT of an aborted one answers ROLLBACK and raises no error."""
        if not self.alive:
            raise TransactionLost
        self.cursor.execute("COMMIT")
        if self.cursor.statusmessage != "COMMIT":
            raise TransactionLost

    @staticmethod
    def _driver_fault(error: BaseException) -> Fault:
        if isinstance(error, errors.UniqueViolation):
            return Fault.DUPLICATE
        if isinstance(error, _RETRIED):
            return Fault.RETRY
        if isinstance(error, errors.DiskFull):
            return Fault.FULL
        if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
            return Fault.AWAY
        return Fault.BROKEN
