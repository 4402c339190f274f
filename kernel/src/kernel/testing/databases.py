"""Fixtures: a storage test runs on SQLite and on a real PostgreSQL, each time afresh."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel import migrate
from kernel.database import Database
from kernel.testing.migrating import said_again
from kernel.testing.postgres import PostgresServer


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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, empty database, open."""
    opened = Database.open(database_url)
    yield opened
    opened.close()
