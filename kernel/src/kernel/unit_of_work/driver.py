"""What differs between the two databases below SQLAlchemy: how a transaction lives and ends."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError

Values = Sequence[Any]


class Fault(Enum):
    """What a database error means for the command that met it."""

    DUPLICATE = "duplicate"  # a unique key exists already
    RETRY = "retry"  # a deadlock or a lock waited for in vain
    AWAY = "away"  # the connection is lost: what became of a COMMIT is unknown
    FULL = "full"  # no room to write
    LOST = "lost"  # the transaction ended by itself
    CHANGED = "changed"  # a guarded row is not as it was
    BROKEN = "broken"  # everything else: a statement or a row that cannot be right


class TransactionLost(Exception):
    """The transaction is over without having been committed; nothing in it happened."""


class RowChanged(Exception):
    """A guarded update or delete did not find the row it expected."""


class FlushFailed(Exception):
    """Pending rows could not be sent; the cause is the error of the driver or of a value."""


class Driver(ABC):
    """One write transaction on the connection of the writer, driven by SQL statements.

    COMMIT is sent as SQL and its effect checked, because the `commit()` of a driver says nothing
    when the database has dropped the transaction by itself.
    """

    placeholder: ClassVar[str]
    same: ClassVar[str]
    """The operator that is true for two equal values and for two NULLs."""
    lock: ClassVar[str]
    """What to add to a SELECT so that the rows stay as they are until COMMIT."""
    errors: ClassVar[tuple[type[Exception], ...]] = (SQLAlchemyError, TransactionLost, FlushFailed)
    """After one of these the transaction cannot be trusted: all of it is rolled back."""

    @staticmethod
    def engine(writer: Engine) -> Engine:
        """The writer's engine, set so that this driver begins and ends transactions."""
        return writer

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.raw: Any = connection.connection.dbapi_connection  # what SQLAlchemy wraps
        self.cursor: Any = connection.connection.cursor()

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether the transaction is open and can still be committed."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        """Insert rows, in order."""

    @abstractmethod
    def change(self, statement: str, rows: Sequence[Values]) -> int:
        """Run one UPDATE or DELETE for each row of values; answers how many rows were changed."""

    @abstractmethod
    def commit(self) -> None:
        """End the transaction. Raises TransactionLost when it did not take effect."""

    @abstractmethod
    def among(self, kind: str, values: list[Any]) -> tuple[str, list[Any]]:
        """The end of a condition "is one of these", for a column of the SQL type `kind`."""

    def select(self, statement: str, values: Values) -> list[Values]:
        """Run one SELECT and answer all its rows."""
        self.cursor.execute(statement, values)
        rows: list[Values] = self.cursor.fetchall()
        return rows

    def savepoint(self) -> None:
        """Set the savepoint of one command."""
        self.cursor.execute("SAVEPOINT command")

    def keep(self) -> None:
        """Keep what was done since the savepoint."""
        self.cursor.execute("RELEASE SAVEPOINT command")

    def undo(self) -> None:
        """Undo what was done since the savepoint. Raises TransactionLost if nothing is left."""
        self.cursor.execute("ROLLBACK TO SAVEPOINT command")
        self.cursor.execute("RELEASE SAVEPOINT command")
        if not self.alive:
            raise TransactionLost

    @classmethod
    def fault_of(cls, error: BaseException) -> Fault:
        """What an error means, whatever it is wrapped in."""
        if isinstance(error, FlushFailed) and error.__cause__:
            return cls.fault_of(error.__cause__)
        if isinstance(error, DBAPIError) and error.orig:
            return cls.fault_of(error.orig)
        if isinstance(error, (TransactionLost, PendingRollbackError)):
            return Fault.LOST
        return Fault.CHANGED if isinstance(error, RowChanged) else cls._driver_fault(error)

    @staticmethod
    @abstractmethod
    def _driver_fault(error: BaseException) -> Fault:
        """What an error of this driver means."""
