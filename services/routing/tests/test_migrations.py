from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Table

from kernel import migrate
from kernel.database import Database
from routing import storage
from routing.storage.schema import metadata


def test_migrated_schema_is_the_one_in_the_code(database_url):
    """After the migrations a database has exactly the tables, columns and indexes of the code."""
    migrate.upgrade(database_url, "routing")
    database = Database.open(database_url)
    with database.readers.connect() as connection:
        found = migrate.drift(connection, metadata)
    database.close()
    assert [it for it in found if "alembic_version" not in str(it)] == []


def test_schema_has_every_table_of_the_storage_package():
    """No module of the storage package has a table that the schema does not know."""
    known = set(metadata.tables.values())
    for module in iter_modules(storage.__path__):
        inside = vars(import_module(f"routing.storage.{module.name}")).values()
        assert {it for it in inside if isinstance(it, Table)} <= known
