"""Which driver a database has."""

from kernel.database import Database
from kernel.unit_of_work.driver import Driver
from kernel.unit_of_work.sqlite import SqliteDriver


def driver_of(database: Database) -> type[Driver]:
    """The driver below SQLAlchemy: how transactions end, and what an error means."""
    if database.dialect.name == "sqlite":
        return SqliteDriver
    from kernel.unit_of_work.postgresql import (  # noqa: PLC0415 (10 MB that embedded nodes save)
        PostgresDriver,
    )

    return PostgresDriver
