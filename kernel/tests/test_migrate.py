"""Migrations of a made-up service, written into a package for the test."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, inspect, text

from kernel import migrate, tables
from kernel.database import Database
from kernel.migrate import SchemaBehind, await_schema, drift, upgrade
from kernel.testing.migrating import said_again
from kernel.testing.postgres import PostgresServer
from kernel.testing.templates import Templates

FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None

def upgrade():
    op.create_table("thing", sa.Column("id", sa.Integer, primary_key=True))
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"

def upgrade():
    with op.batch_alter_table("thing") as thing:
        thing.add_column(sa.Column("title", sa.Text))
    {more}
"""
THIRD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0003", "0002"

def upgrade():
    op.add_column("thing", sa.Column("more", sa.Text))
"""


class Service:
    """A package with migrations."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        self._versions = folder / name / "migrations" / "versions"
        self._versions.mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")

    def has(self, revision: str, code: str) -> Path:
        """Write one migration; answers its file."""
        file = self._versions / f"{revision}_step.py"
        file.write_text(code)
        return file


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Service:
    """A service whose first migration makes one table."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made = Service(tmp_path, f"made_{abs(hash(request.node.name))}")
    made.has("0001", FIRST)
    return made


def columns(url: str) -> list[str]:
    """Columns of the table `thing`."""
    database = Database.open(url)
    with database.readers.connect() as connection:
        found = [column["name"] for column in inspect(connection).get_columns("thing")]
    database.close()
    return found


def test_a_database_at_its_newest_is_left_alone(service: Service, tmp_path: Path) -> None:
    """A start with nothing to migrate does not even load Alembic; one with a new step does."""
    url = f"sqlite:///{tmp_path / 'newest.db'}"
    service.has("0001", FIRST.replace(*as_shipped("0001", None)))
    assert loads_alembic(url, service)
    assert not loads_alembic(url, service)
    service.has("0002", SECOND.format(more="").replace(*as_shipped("0002", "0001")))
    assert loads_alembic(url, service)
    assert columns(url) == ["id", "title"]
    assert not loads_alembic(url, service)


def as_shipped(revision: str, down: str | None) -> tuple[str, str]:
    """How a migration names itself here, and how the shipped ones do."""
    quoted = "None" if down is None else f'"{down}"'
    here = f'revision, down_revision = "{revision}", {quoted}'
    return here, f'revision = "{revision}"\ndown_revision = {quoted}'


def loads_alembic(url: str, service: Service) -> bool:
    """Upgrade in a process of its own; whether that needed Alembic."""
    code = (
        f"import sys; sys.path.insert(0, {str(service.folder)!r}); "
        f"from kernel.migrate import upgrade; upgrade({url!r}, {service.name!r}); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"


def test_upgrade_step_by_step(database_url: str, service: Service) -> None:
    """An upgrade runs what the database has not seen, and nothing twice."""
    upgrade(database_url, service.name)
    upgrade(database_url, service.name)
    assert columns(database_url) == ["id"]
    service.has("0002", SECOND.format(more=""))
    upgrade(database_url, service.name)
    assert columns(database_url) == ["id", "title"]


def test_a_schema_that_another_makes_is_waited_for(database_url: str, service: Service) -> None:
    """A service that does not migrate waits for an empty or older database, and says so in time."""
    service.has("0001", FIRST.replace(*as_shipped("0001", None)))
    with pytest.raises(SchemaBehind, match="the database is empty after 0 s"):
        await_schema(database_url, service.name, 0)
    job = threading.Thread(target=upgrade, args=(database_url, service.name))
    job.start()
    await_schema(database_url, service.name, 60)
    job.join(60)
    service.has("0002", SECOND.format(more="").replace(*as_shipped("0002", "0001")))
    with pytest.raises(SchemaBehind, match="the database is at 0001"):
        await_schema(database_url, service.name, 0)
    assert columns(database_url) == ["id"]


def test_an_older_version_goes_on_with_a_newer_database(
    database_url: str, service: Service
) -> None:
    """A revision that this software does not know yet is newer: nothing is waited for."""
    service.has("0001", FIRST.replace(*as_shipped("0001", None)))
    second = service.has("0002", SECOND.format(more="").replace(*as_shipped("0002", "0001")))
    upgrade(database_url, service.name)
    second.unlink()
    await_schema(database_url, service.name, 0)
    assert columns(database_url) == ["id", "title"]


def test_failing_migration_changes_nothing(database_url: str, service: Service) -> None:
    """A migration that fails half way leaves the database as it was before the upgrade."""
    upgrade(database_url, service.name)
    service.has("0002", SECOND.format(more="raise RuntimeError('half way')"))
    with pytest.raises(RuntimeError, match="half way"):
        upgrade(database_url, service.name)
    assert columns(database_url) == ["id"]


def test_replicas_that_start_together(database_url: str, service: Service) -> None:
    """Two replicas upgrade one database at once, one after the other, without an error."""
    service.has("0002", SECOND.format(more=""))
    upgrade(database_url.replace("test.db", "first.db"), service.name)  # Alembic is imported now
    failed: list[Exception] = []

    def start() -> None:
        try:
            upgrade(database_url, service.name)
        except Exception as error:  # noqa: BLE001  # told to the test, which fails then
            failed.append(error)

    replicas = [threading.Thread(target=start) for _ in range(2)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join(60)
    assert failed == []
    assert columns(database_url) == ["id", "title"]


def test_tests_work_the_migrations_of_a_fresh_database_out_once(
    database_url: str,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The next fresh one is told the same, rows included; a new step, or an older one, is run."""
    run, ran = migrate._run, []

    def running(connection: Connection, folder: Path) -> None:
        ran.append(folder)
        run(connection, folder)

    monkeypatch.setattr(migrate, "_run", said_again(running))
    service.has("0002", SECOND.format(more="op.execute(\"INSERT INTO thing VALUES (7, '100%')\")"))
    if database_url.startswith("sqlite"):
        another = database_url.replace("test.db", "another.db")
    else:
        another = request.getfixturevalue("postgres_server").create()
    for url in (database_url, another):
        upgrade(url, service.name)
        assert columns(url) == ["id", "title"]
        assert titles(url) == ["100%"]
    assert len(ran) == 1
    service.has("0003", THIRD)
    upgrade(another, service.name)
    assert columns(another) == ["id", "title", "more"]
    assert len(ran) == 2


def titles(url: str) -> list[str]:
    """Titles of all things."""
    database = Database.open(url)
    with database.readers.connect() as connection:
        found = list(connection.scalars(text("SELECT title FROM thing")))
    database.close()
    return found


def test_copies_of_a_migrated_database_are_apart(
    service: Service, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Each fresh one of a test has all the tables and nothing that was written into another."""
    service.has("0002", SECOND.format(more=""))
    made = Templates(tmp_path, upgrade)
    files = [f"sqlite:///{tmp_path / name / 'test.db'}" for name in "ab"]
    for url in files:
        made.upgrade(url, service.name)
    served = [made.on_postgresql(service.name, postgres_server) for _ in "ab"]
    for one, another in (files, served):
        database = Database.open(one)
        with database.writer.begin() as connection:
            connection.execute(text("INSERT INTO thing VALUES (7, 'written')"))
        database.close()
        assert (titles(one), titles(another)) == (["written"], [])


def test_drift_is_seen(database_url: str, service: Service) -> None:
    """A difference between the migrations and the metadata is named."""
    upgrade(database_url, service.name)
    metadata = MetaData()
    Table("thing", metadata, Column("id", Integer, primary_key=True))
    database = Database.open(database_url)
    with database.readers.connect() as connection:
        assert drift(connection, metadata) == []
        Table("other", metadata, Column("id", Integer, primary_key=True), Column("x", Text))
        assert [difference[0] for difference in drift(connection, metadata)] == ["add_table"]
    database.close()


def test_kernel_tables_show_no_drift(database: Database) -> None:
    """The kernel's own tables, once made, compare equal to their definition on both databases."""
    metadata = MetaData()
    tables.add_to(metadata)
    tables.add_case_keys_to(metadata)
    with database.writer.begin() as connection:
        metadata.create_all(connection)
    with database.readers.connect() as connection:
        assert drift(connection, metadata) == []
