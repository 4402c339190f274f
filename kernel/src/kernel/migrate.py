"""Bringing a service's database up to its newest schema with Alembic, without its command line."""

import re
import threading
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, inspect, text

from kernel.database import Database

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

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
            folder = Path(str(resources.files(package).joinpath("migrations")))
            if not _is_newest(connection, folder):
                with _one_in_this_process:
                    _run(connection, folder)
    finally:
        database.close()


_REVISION = re.compile(r'^(down_)?revision\b.*= "([^"]+)"', re.MULTILINE)


def _is_newest(connection: Connection, folder: Path) -> bool:
    """Whether there is nothing to do, found out without Alembic: it weighs 6 MB and half a second.

    Alembic's own table names the revision a database has; nothing follows the newest one.
    """
    if not inspect(connection).has_table("alembic_version"):
        return False
    here = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    texts = (file.read_text("utf-8") for file in (folder / "versions").glob("*.py"))
    named = [found for content in texts for found in _REVISION.findall(content)]
    followed = {revision for down, revision in named if down}
    return here == {revision for down, revision in named if not down} - followed


def _run(connection: Connection, folder: Path) -> None:
    from alembic.config import Config  # noqa: PLC0415 (as said above)
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 (likewise)
    from alembic.script import ScriptDirectory  # noqa: PLC0415 (likewise)

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: "MigrationContext") -> Any:
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
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 (for tests)
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 (for tests)

    context = MigrationContext.configure(connection)
    return list(compare_metadata(context, metadata))
