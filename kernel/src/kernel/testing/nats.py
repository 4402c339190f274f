"""A real nats-server for each test, with its own directory, port and keys."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from kernel.broker import Broker, BrokerAddress
from kernel.broker.topology import Declared
from kernel.nats_server import (
    NatsKey,
    NatsServer,
    ServerConfig,
    User,
    child_user,
    service_user,
)
from kernel.nats_server.permissions import inbox_prefix

UP_LIMIT = 10.0


class LocalNats:
    """A nats-server that a test may stop, kill, start again and rob of its store.

    It keeps its port over restarts. A test of its own server costs about 0.1 s.
    """

    def __init__(self, directory: Path, name: str = "test") -> None:
        self.service_key = NatsKey.make()
        self._users: tuple[User, ...] = (service_user(self.service_key.public),)
        self.server = NatsServer(ServerConfig(directory, name, self._users))
        self._opened: list[Broker] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    @property
    def address(self) -> BrokerAddress:
        """The address with the key of the node's own services."""
        return BrokerAddress((self.url,), self.service_key.seed)

    def start(self) -> None:
        """Start it, at first or again."""
        self.server.start()

    def stop(self, *, wipe: bool = False) -> None:
        """Stop it; `wipe` throws its streams away."""
        self.server.stop()
        if wipe:
            self.server.wipe_store()

    def restart(self, *, wipe: bool = False) -> None:
        """Stop and start it on the same port."""
        self.stop(wipe=wipe)
        self.start()

    def add_child(self, child: str) -> BrokerAddress:
        """Let a child node in; answers the address the child dials."""
        key = NatsKey.make()
        self._users = (*self._users, child_user(child, key.public))
        self.server.reload(self._users)
        return BrokerAddress((self.url,), key.seed, inbox_prefix(child))

    async def broker(
        self,
        name: str = "test",
        declared: Sequence[Declared] = (),
        address: BrokerAddress | None = None,
    ) -> Broker:
        """A connection that is up; closed when the test ends."""
        broker = Broker(address or self.address, name, declared)
        self._opened.append(broker)
        await broker.start()
        await broker.wait_up(UP_LIMIT)
        return broker

    async def close(self) -> None:
        """Close the connections that `broker` opened."""
        for broker in self._opened:
            await broker.stop()
        self._opened.clear()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A bare server with one service user, running."""
    users = (service_user(NatsKey.make().public),)
    with NatsServer(ServerConfig(tmp_path / "nats", "bare", users)) as server:
        yield server


@pytest_asyncio.fixture
async def local_nats(tmp_path: Path) -> AsyncIterator[LocalNats]:
    """A node's server, running."""
    nats = LocalNats(tmp_path / "nats")
    nats.start()
    yield nats
    await nats.close()
    nats.stop()


@pytest_asyncio.fixture
async def parent_nats(tmp_path: Path) -> AsyncIterator[LocalNats]:
    """The server of the parent node, running."""
    nats = LocalNats(tmp_path / "parent-nats", "parent")
    nats.start()
    yield nats
    await nats.close()
    nats.stop()
