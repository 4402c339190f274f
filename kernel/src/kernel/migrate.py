"""Bringing a service's database up to its newest schema with Alembic, without its command line."""

import threading
from importlib import resources
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from kernel.database import Database

_ONE_AT_A_TIME = 0x11A7_1E17
"""The advisory lock under which replicas that start together migrate one after the other."""

_one_in_this_process = threading.Lock()
"""Alembic's `op` is a global of the process, and all services of a node may share one."""


def upgrade(url: str, package: str) -> None:
    """Run the migrations in `<package>/migrations/versions` that this database has not seen.

    All of them are one transaction: a failing one leaves the database as it was.
    """
    database = Database.open(url)
    try:
        with database.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            with _one_in_this_process:
                _run(connection, Path(str(resources.files(package).joinpath("migrations"))))
    finally:
        database.close()


def _run(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - Alembic's own env.py way

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(
            connection=connection,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
        )
        environment.run_migrations()


def drift(connection: Connection, metadata: MetaData) -> list[Any]:
    """What the migrated database lacks or has beyond `metadata`; empty when they agree."""
    context = MigrationContext.configure(connection)
    return list(compare_metadata(context, metadata))
