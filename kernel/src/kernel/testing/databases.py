"""Fixtures: a storage test runs on SQLite and on a real PostgreSQL, each time afresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel import migrate
from kernel.database import Database
from kernel.testing.migrating import said_again
from kernel.testing.postgres import PostgresServer
from kernel.testing.templates import Templates

without_tables = pytest.mark.parametrize("migrated_for", [None], ids=["empty"])
"""For a test of a service that wants its fresh database empty."""


@pytest.fixture(scope="session", autouse=True)
def _migrations_said_again() -> Iterator[None]:
    """The migrations of a package are worked out once a run for each kind of database."""
    run = migrate._run  # noqa: SLF001 (what Alembic does, and nothing of when)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "_run", said_again(run))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run, started when the first test asks for it."""
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Migrated databases to copy."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def migrated_for() -> str | None:
    """Whose tables a fresh database has: nobody's here; the tests of a service name theirs."""
    return None


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, templates: Templates, migrated_for: str | None
) -> Iterator[str]:
    """The address of a fresh database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield templates.on_sqlite(migrated_for, tmp_path / "test.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = templates.on_postgresql(migrated_for, server)
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, open."""
    opened = Database.open(database_url)
    yield opened
    opened.close()
