"""What the node's own database says of the directory, before any service runs."""

from kernel import migrate
from kernel.database import Database
from kernel.directory import Directory, read_directory
from lianxin.cli.node.config import NodeConfig


def stored_directory(config: NodeConfig) -> Directory | None:
    """The newest directory routing has stored; the configured file before its first start."""
    stored = _from_database(config)
    given = None
    if config.directory is not None:
        given = read_directory(config.directory.read_bytes())
    if stored is None or (given is not None and given.version > stored.version):
        return given
    return stored


def _from_database(config: NodeConfig) -> Directory | None:
    from routing.settings import Settings  # noqa: PLC0415 (only a running node needs routing)
    from routing.storage import knowledge  # noqa: PLC0415 (as above)

    settings = Settings(node=config.node, data=config.data, database=config.databases.routing)
    migrate.upgrade(settings.database_url, "routing")
    database = Database.open(settings.database_url, readers=1)
    try:
        with database.readers.connect() as connection:
            content = knowledge.newest_directory(connection)
    finally:
        database.close()
    return None if content is None else read_directory(content)
