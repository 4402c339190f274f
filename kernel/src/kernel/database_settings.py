"""Who brings a service's database to its newest schema, and how it is waited for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from kernel import migrate
from kernel.settings import setting


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Settings that every service with a database has."""

    migrate: bool = setting(
        True, "bring the database to its newest schema at the start; false: a job does, wait for it"
    )
    schema_wait: timedelta = setting(
        timedelta(minutes=2), "how long a start waits for the job that migrates"
    )


class OfDatabase(Protocol):
    """What is asked of them."""

    @property
    def database_url(self) -> str:
        """The address of the database."""
        ...

    @property
    def migrate(self) -> bool:
        """Whether the service migrates by itself."""
        ...

    @property
    def schema_wait(self) -> timedelta:
        """How long it waits where it does not."""
        ...


def bring_up(settings: OfDatabase, package: str) -> None:
    """See that the database has the schema of this software, in the way the settings say.

    Raises:
        SchemaBehind: a job was to migrate it and did not in time.
    """
    if settings.migrate:
        migrate.upgrade(settings.database_url, package)
    else:
        migrate.await_schema(settings.database_url, package, settings.schema_wait.total_seconds())
