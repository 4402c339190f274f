"""The nats-server of a container: no database, users by files and by routing's directory."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats.errors
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from nats.aio.client import Client

from kernel.access import Access
from kernel.broker import BrokerAddress
from kernel.catalogue import Catalogue
from kernel.directory import read_directory, write_directory
from kernel.door_settings import DoorUnlocked
from kernel.grpc_client import dial
from kernel.grpc_server import GrpcServer, Pings, Served, ServerSettings, build_server
from kernel.nats_server import NatsKey, rotation
from kernel.nats_server import app as broker_app
from kernel.nats_server.app import KeysMissing, build, service_users
from kernel.nats_server.permissions import inbox_prefix, service_inbox
from kernel.nats_server.settings import PREFIX, Settings
from kernel.settings import load
from kernel.testing.certificates import Authority
from kernel.testing.waiting import eventually
from kernel.tls import ServerTls
from kernel.tokens import Authenticator, KeyRing
from kernel.yaml_text import read_yaml
from lianxin.routing.v1 import directory_pb2, directory_pb2_grpc

SAMPLE = Path(__file__).resolve().parents[2] / "deploy/samples/anji/directory.yaml"
ONLY_SERVICES = Access(service=True)


class Routing(directory_pb2_grpc.DirectoryServiceServicer):
    """Routing as far as the broker asks it: the directory, for services of the node."""

    def __init__(self) -> None:
        self.version, self.content = 0, b""

    def publish(self, version: int, child: str = "", key: str = "") -> None:
        """A directory in which this child has this key at nats-server."""
        raw: dict[str, Any] = dict(read_yaml(SAMPLE.read_text("utf-8")))
        raw["version"] = version
        entry = {"site": "s-dipu", "node": child, "nats_key": key}
        raw["delegations"] = [entry] if child else []
        directory = read_directory(json.dumps(raw).encode())
        self.version, self.content = version, write_directory(directory.file)

    async def GetDirectory(
        self, request: directory_pb2.GetDirectoryRequest, _context: object
    ) -> directory_pb2.GetDirectoryResponse:
        """The newest, when the caller has an older one."""
        newer = self.version > request.have_version
        content = self.content if newer else b""
        return directory_pb2.GetDirectoryResponse(version=self.version, content=content)


@asynccontextmanager
async def routing(servicer: Routing, keys: Path, tls: ServerTls) -> AsyncIterator[GrpcServer]:
    """Its door."""
    descriptor = directory_pb2.DESCRIPTOR.services_by_name["DirectoryService"]
    add = directory_pb2_grpc.add_DirectoryServiceServicer_to_server
    names = (f"/{descriptor.full_name}/{method.name}" for method in descriptor.methods)
    server = build_server(
        ServerSettings(tls=tls, grace_s=0.2),
        [Served(descriptor, add, servicer, dict.fromkeys(names, ONLY_SERVICES))],
        authenticator=Authenticator("anji", KeyRing.open(keys)),
        texts=Catalogue.load("kernel"),
        pings=Pings(),
    )
    await server.start()
    yield server
    await server.stop()


@asynccontextmanager
async def broker(environment: Mapping[str, str]) -> AsyncIterator[tuple[str, str]]:
    """The process's app, running; where nats-server and the health check are."""
    settings = load(Settings, PREFIX, environment)
    app, stopping, ready = build(settings), asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(app.run(stopping, ready=ready))
    await asyncio.wait(
        (running, asyncio.ensure_future(ready.wait())), return_when="FIRST_COMPLETED"
    )
    assert ready.is_set(), running
    assert app.server is not None
    try:
        yield f"tls://127.0.0.1:{settings.port}", app.server.target
    finally:
        stopping.set()
        await running


class Place:
    """A node's folders, keys and certificates."""

    def __init__(self, folder: Path, port: int) -> None:
        self.authority = Authority(folder / "ca")
        self.tls = self.authority.server()
        self.keys = folder / "keys"
        self.service = NatsKey.published(self.keys / "nats" / "intake.nk")
        self.child = NatsKey.make()
        self.environment = {
            "BROKER_NODE": "anji",
            "BROKER_DATA": str(folder / "nats"),
            "BROKER_KEYS": str(self.keys),
            "BROKER_PORT": str(port),
            "BROKER_TLS_CERTIFICATE": str(self.tls.certificate),
            "BROKER_TLS_KEY": str(self.tls.key),
            "BROKER_TLS_CA": str(self.authority.file),
        }

    async def lets_in(self, url: str, key: NatsKey, inbox: str) -> bool:
        """Whether somebody with this key gets in."""
        address, client = BrokerAddress.of(url, key.seed, inbox, self.authority.file), Client()
        try:
            await client.connect(
                servers=list(address.servers),
                nkeys_seed_str=address.seed,
                inbox_prefix=inbox,
                tls=address.tls(),
                allow_reconnect=False,
                error_cb=_nothing,
            )
        except (nats.errors.Error, OSError):
            return False
        await client.close()
        return True

    async def child_gets_in(self, url: str) -> bool:
        """Whether the child node does."""
        return await self.lets_in(url, self.child, inbox_prefix("dipu"))


async def _nothing(_error: Exception) -> None:
    """A refusal shows by the connection that does not come."""


@pytest.fixture
def place(tmp_path: Path, unused_tcp_port: int) -> Place:
    """A node."""
    return Place(tmp_path, unused_tcp_port)


async def test_children_come_and_go_with_the_directory(place: Place) -> None:
    """A child is let in when the directory names it, out when it does not; the services stay."""
    known = Routing()
    async with routing(known, place.keys, place.tls) as door:
        environment = place.environment | {"BROKER_ROUTING": door.target}
        async with broker(environment) as (url, _):
            assert await place.lets_in(url, place.service, service_inbox("intake"))
            assert not await place.child_gets_in(url)
            known.publish(2, "dipu", place.child.public)
            await eventually(lambda: place.child_gets_in(url))
            known.publish(3)
            await eventually(lambda: is_out(place, url))
            assert await place.lets_in(url, place.service, service_inbox("intake"))
            known.publish(4, "dipu", place.child.public)
            await eventually(lambda: place.child_gets_in(url))
    async with broker(place.environment | {"BROKER_ROUTING": door.target}) as (url, _):
        assert await place.child_gets_in(url)  # routing is away: the last directory counts


async def test_newer_keys_of_services_count_while_it_runs(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both get in after a rotation, the newest alone after its end; nothing is restarted."""
    monkeypatch.setattr(broker_app, "LOOK_S", 0.05)
    folder, inbox = place.keys / "nats", service_inbox("intake")
    async with broker(place.environment) as (url, _):
        rotation.rotate(folder)
        newer = NatsKey.published(folder / "intake.nk")
        await eventually(lambda: place.lets_in(url, newer, inbox))
        assert await place.lets_in(url, place.service, inbox)
        rotation.retire(folder)
        await eventually(lambda: is_kept_out(place, url, inbox))
        assert await place.lets_in(url, newer, inbox)


async def is_kept_out(place: Place, url: str, inbox: str) -> bool:
    """Whether the former key of the service is."""
    return not await place.lets_in(url, place.service, inbox)


async def is_out(place: Place, url: str) -> bool:
    """Whether the child is kept out."""
    return not await place.child_gets_in(url)


async def test_health_is_the_servers_own(place: Place) -> None:
    """The health check is locked like the rest and tells whether nats-server runs."""
    async with (
        broker(place.environment) as (_, health),
        dial(health, tls=place.authority.client(), retries=0) as line,
    ):
        answer = await health_pb2_grpc.HealthStub(line).Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_what_is_missing_is_said(place: Place) -> None:
    """Keys that nobody made, and a door beyond this machine without a lock, stop the start."""
    settings = load(Settings, PREFIX, place.environment)
    assert [user.public for user in service_users(settings)] == [place.service.public]
    (place.keys / "nats" / "intake.pub").unlink()
    with pytest.raises(KeysMissing):
        service_users(settings)
    with pytest.raises(DoorUnlocked):
        load(Settings, PREFIX, {"BROKER_NODE": "anji", "BROKER_HOST": "10.0.0.1"})
