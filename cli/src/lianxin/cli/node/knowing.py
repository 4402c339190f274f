"""What the node's own database says of the directory, before services run and meanwhile."""

from contextlib import closing
from typing import Self

from kernel import migrate
from kernel.database import Database
from kernel.directory import Directory, read_directory
from lianxin.cli.node.config import NodeConfig


class Publications:
    """The directories that routing stores, read again only after something was published."""

    def __init__(self, address: str) -> None:
        self._database = Database.open(address, readers=1)
        self._seen: tuple[int, ...] | None = None

    @classmethod
    def of(cls, config: NodeConfig) -> Self:
        """Those of an embedded node; nothing is read before it is asked for."""
        return cls(_address(config))

    def newer(self) -> Directory | None:
        """The newest directory if anything was published since the last look, else None."""
        from routing.storage import knowledge  # noqa: PLC0415 (only a running node needs routing)

        with self._database.readers.connect() as connection:
            stamp = knowledge.stamp(connection)
            if stamp == self._seen:
                return None
            content = knowledge.newest_directory(connection)
        self._seen = stamp
        return None if content is None else read_directory(content)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


def stored_directory(config: NodeConfig) -> Directory | None:
    """The newest directory routing has stored; the configured file before its first start.

    Brings routing's database to its newest shape.
    """
    migrate.upgrade(_address(config), "routing")
    with closing(Publications.of(config)) as publications:
        stored = publications.newer()
    given = None
    if config.directory is not None:
        given = read_directory(config.directory.read_bytes())
    if stored is None or (given is not None and given.version > stored.version):
        return given
    return stored


def _address(config: NodeConfig) -> str:
    from routing.settings import Settings  # noqa: PLC0415 (only a running node needs routing)

    settings = Settings(node=config.node, data=config.data, database=config.databases.routing)
    return settings.database_url
