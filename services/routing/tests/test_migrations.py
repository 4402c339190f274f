from importlib import import_module
from pkgutil import iter_modules

import pytest
from sqlalchemy import Table, text

from kernel import migrate
from kernel.database import Database
from kernel.testing.databases import without_tables
from routing import storage
from routing.storage.schema import metadata

NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes",
}
OVER_EXPRESSIONS = {"case_row_town", "case_row_registering_town"}


@without_tables
@pytest.mark.filterwarnings("ignore:.*expression-based index")  # asked for by name below
def test_migrated_schema_is_the_one_in_the_code(database_url):
    """After the migrations a database has exactly the tables, columns and indexes of the code."""
    migrate.upgrade(database_url, "routing")
    database = Database.open(database_url)
    with database.readers.connect() as connection:
        found = migrate.drift(connection, metadata)
        names = set(connection.scalars(text(NAMES[connection.dialect.name])))
    database.close()
    assert [it for it in found if "alembic_version" not in str(it)] == []
    assert names >= OVER_EXPRESSIONS


def test_schema_has_every_table_of_the_storage_package():
    """No module of the storage package has a table that the schema does not know."""
    known = set(metadata.tables.values())
    for module in iter_modules(storage.__path__):
        inside = vars(import_module(f"routing.storage.{module.name}")).values()
        assert {it for it in inside if isinstance(it, Table)} <= known
