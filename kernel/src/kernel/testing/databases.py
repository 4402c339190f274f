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
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Migrated databases to copy; what migrations say to an empty one is worked out once a run."""
    run = migrate._run  # noqa: SLF001 (what Alembic does, and nothing of when)
    made = Templates(tmp_path_factory.mktemp("templates"), migrate.upgrade)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "_run", said_again(run))
        patch.setattr(migrate, "upgrade", made.upgrade)
        yield made


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run, started when the first test asks for it."""
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


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
        url = f"sqlite:///{tmp_path / 'test.db'}"
        if migrated_for:
            templates.upgrade(url, migrated_for)
        yield url
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
