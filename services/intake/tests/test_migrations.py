import pytest
from sqlalchemy import text

from intake.app import metadata  # every table is known by then
from kernel import migrate
from kernel.database import Database
from kernel.testing.databases import without_tables

NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes",
}
OVER_EXPRESSIONS = {"cases_by_town", "cases_by_registering_town"}


@without_tables
@pytest.mark.filterwarnings("ignore:.*expression-based index")  # asked for by name below
def test_the_migrations_make_the_tables_that_the_code_knows(database_url):
    """A migrated database and the metadata agree, on both kinds; migrating twice is harmless."""
    for _ in range(2):
        migrate.upgrade(database_url, "intake")
    database = Database.open(database_url)
    with database.writer.connect() as connection:
        assert migrate.drift(connection, metadata) == []
        names = set(connection.scalars(text(NAMES[connection.dialect.name])))
    database.close()
    assert names >= OVER_EXPRESSIONS
