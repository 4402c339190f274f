"""Three nats-servers of one node: streams are kept threefold, and one of them may be lost."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from kernel.broker import Broker, BrokerAddress, Message, Stream
from kernel.nats_server import Cluster, NatsKey, NatsServer, ServerConfig, node_users
from kernel.nats_server.permissions import CASES_STREAM, HUB, service_inbox
from kernel.testing.certificates import Authority
from kernel.testing.waiting import eventually
from kernel.tls import ServerTls

NODE = "anji"
CASES = Stream(CASES_STREAM, ("case.>",), replicas=3)
UP_LIMIT = 60.0


@dataclass
class Three:
    """The servers, and the address at which a service knows all of them."""

    servers: list[NatsServer]
    address: BrokerAddress


@pytest.fixture
def configs(tmp_path: Path, unused_tcp_port_factory: Callable[[], int]) -> list[ServerConfig]:
    """A configuration each; the certificate is that of the node, good for both sides of a route."""
    authority = Authority(tmp_path / "ca")
    own = authority.node(NODE)
    assert own.certificate is not None
    assert own.key is not None
    tls = ServerTls(own.certificate, own.key, authority.file)
    ports = [unused_tcp_port_factory() for _ in range(3)]
    joined = [f"127.0.0.1:{port}" for port in ports]
    return [
        ServerConfig(
            tmp_path / f"n{number}",
            f"{NODE}-{number}",
            (),
            port=unused_tcp_port_factory(),
            tls=tls,
            cluster=Cluster(NODE, port, tuple(joined), "a secret / with signs"),
        )
        for number, port in enumerate(ports)
    ]


@pytest_asyncio.fixture
async def three(configs: list[ServerConfig]) -> AsyncIterator[Three]:
    """Running, with routing as the only user."""
    key = NatsKey.make()
    users = node_users(NODE, {HUB: key.public})
    servers = [NatsServer(replace(config, users=users)) for config in configs]
    for server in servers:
        server.start()
    urls = ",".join(server.url for server in servers)
    tls = configs[0].tls
    assert tls is not None
    yield Three(servers, BrokerAddress.of(urls, key.seed, service_inbox(HUB), tls.client_ca))
    for server in servers:
        server.stop()


def message(number: int) -> Message:
    """An event of routing."""
    return Message("case.1.1.1.routing.noted", b"{}", {"Nats-Msg-Id": f"m{number}"})


async def test_one_of_three_may_be_lost(three: Three) -> None:
    """Every server has a copy; when the one that is spoken to is killed, the rest go on."""
    broker = Broker(three.address, HUB, (CASES,))
    await broker.start()
    try:
        await broker.wait_up(UP_LIMIT)
        assert await broker.publish([message(1)]) == 1
        info = await broker.jetstream.stream_info(CASES_STREAM)
        assert info.cluster is not None
        assert len(info.cluster.replicas or []) == 2
        spoken_to = broker.client.connected_url
        assert spoken_to is not None
        next(one for one in three.servers if one.port == spoken_to.port).kill()
        await eventually(lambda: stored(broker, 2), UP_LIMIT)
    finally:
        await broker.stop()


async def stored(broker: Broker, number: int) -> bool:
    """Whether a further event is kept."""
    return broker.connected and await broker.publish([message(number)]) == 1
