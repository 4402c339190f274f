from hearing.storage.schema import metadata
from kernel import migrate
from kernel.database import Database
from kernel.testing.databases import without_tables


@without_tables
def test_the_migrations_make_the_tables_that_the_code_knows(database_url):
    """A migrated database and the metadata agree, on both kinds; migrating twice is harmless."""
    for _ in range(2):
        migrate.upgrade(database_url, "hearing")
    database = Database.open(database_url)
    with database.writer.connect() as connection:
        assert migrate.drift(connection, metadata) == []
    database.close()
