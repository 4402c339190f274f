"""Bringing a service's database up to its newest schema with Alembic, without its command line."""

import re
import threading
import time
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from kernel.database import Database

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

_ONE_AT_A_TIME = 0x11A7_1E17
"""The advisory lock under which replicas that start together migrate one after the other."""

POLL_S = 0.5
"""Seconds between two looks at a schema that is waited for."""

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
            folder = _folder(package)
            if not _is_newest(connection, folder):
                with _one_in_this_process:
                    _run(connection, folder)
    finally:
        database.close()


class SchemaBehind(Exception):
    """The database is not as new as this software in time: the migration has not run."""


def await_schema(url: str, package: str, limit_s: float) -> None:
    """Wait until somebody else has migrated the database; change nothing.

    A database that is newer than this software is good too: migrations only add, so that an older
    version goes on while a newer one is rolled out.

    Raises:
        SchemaBehind: it is still behind after this many seconds, or cannot be reached.
    """
    revisions = _revisions(_folder(package))
    deadline = time.monotonic() + limit_s
    with closing(Database.open(url, readers=1)) as database:
        while (fault := _behind(database, revisions)) and time.monotonic() < deadline:
            time.sleep(min(POLL_S, limit_s))
    if fault:
        raise SchemaBehind(
            f"{package}: {fault} after {limit_s:.0f} s. Run `python -m {package} migrate` with the "
            "role that owns the database, or look why that job failed"
        )


def _behind(database: Database, revisions: dict[str, bool]) -> str:
    """What is wrong with the schema; empty when it fits."""
    try:
        with database.readers.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return "the database is empty"
            here = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError as error:
        return f"the database cannot be read ({type(error).__name__})"
    old = [revision for revision in here if revisions.get(revision, True) is False]
    return f"the database is at {', '.join(sorted(old))}" if old or not here else ""


def _folder(package: str) -> Path:
    return Path(str(resources.files(package).joinpath("migrations")))


def _revisions(folder: Path) -> dict[str, bool]:
    """Each revision this software knows, with whether nothing follows it."""
    texts = (file.read_text("utf-8") for file in (folder / "versions").glob("*.py"))
    named = [found for content in texts for found in _REVISION.findall(content)]
    followed = {revision for down, revision in named if down}
    return {revision: revision not in followed for down, revision in named if not down}


_REVISION = re.compile(r'^(down_)?revision\b.*= "([^"]+)"', re.MULTILINE)


def _is_newest(connection: Connection, folder: Path) -> bool:
    """Whether there is nothing to do, found out without Alembic: it weighs 6 MB and half a second.

    Alembic's own table names the revision a database has; nothing follows the newest one.
    """
    if not inspect(connection).has_table("alembic_version"):
        return False
    here = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    return here == {revision for revision, newest in _revisions(folder).items() if newest}


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
