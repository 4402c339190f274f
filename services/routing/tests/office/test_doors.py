"""Routing's two doors: what is served where, and with how much in one message."""

from types import SimpleNamespace
from typing import Any

import grpc
import pytest
import pytest_asyncio

from kernel.catalogue import Catalogue
from kernel.clock import SystemClock
from kernel.grpc_client import from_error
from kernel.grpc_server import Pings, ServerSettings, build_server
from kernel.grpc_server.server import MEBIBYTE
from kernel.identity import Caller, Kind, Role
from kernel.tokens import Authenticator, KeyRing, issue
from lianxin.exchange.v1 import case_exchange_pb2 as exchange
from lianxin.routing.v1 import directory_pb2 as directory
from routing.exchange.servicer import PARCEL_BYTES, SERVICE, CaseExchange
from routing.grpc_api import serving

TEXTS = Catalogue.load("routing")
BOSS = Caller(Kind.STAFF, "boss", "s-anji", roles=frozenset({Role.ADMINISTRATOR}))
LOAD = "/lianxin.routing.v1.DirectoryService/LoadDirectory"
DELIVER = f"{SERVICE}Deliver"


def served_to_people():
    """What staff and systems are served, with nothing behind it."""
    nothing: Any = SimpleNamespace(readers=None, parts={}, clock=None)
    return serving.for_people(nothing, nothing, nothing, nothing, TEXTS)


def served_to_nodes():
    """What child nodes are served, with nothing behind it."""
    nothing: Any = SimpleNamespace(node=None)
    return serving.for_nodes(CaseExchange(nothing, nothing, {}, nothing))


@pytest_asyncio.fixture
async def opened(tmp_path):
    """Opens doors, each for some services; they are closed at the end."""
    ring, servers = KeyRing.open(tmp_path / "ring"), []

    async def open_door(services):
        server = build_server(
            ServerSettings(reflection=False),
            services,
            authenticator=Authenticator("anji", ring),
            texts=TEXTS,
            pings=Pings([]),
        )
        await server.start()
        servers.append(server)
        options = [("grpc.max_send_message_length", -1)]
        return grpc.aio.insecure_channel(server.target, options=options)

    open_door.token = issue(ring, BOSS, issuer="anji", audience="anji", now=SystemClock().now())
    yield open_door
    for server in servers:
        await server.stop()


async def why(channel, method, request, token=""):
    """Why this is refused."""
    metadata = [("authorization", f"Bearer {token}")] if token else []
    asked = channel.unary_unary(method, request_serializer=lambda one: one.SerializeToString())
    with pytest.raises(grpc.aio.AioRpcError) as answer:
        await asked(request, metadata=metadata, timeout=10)
    return from_error(answer.value, TEXTS).reason


async def test_nodes_are_not_served_at_the_door_of_people(opened):
    """Where nodes have a door of their own, no RPC of theirs is known at the first."""
    people = serving.without_nodes(served_to_people())
    assert not any(at.node for served in people for at in served.access.values())
    async with await opened(people) as first, await opened(served_to_nodes()) as own:
        assert await why(first, DELIVER, exchange.DeliverRequest()) == "UNKNOWN_METHOD"
        assert await why(own, DELIVER, exchange.DeliverRequest()) == "UNAUTHENTICATED"
        assert await why(own, LOAD, directory.LoadDirectoryRequest()) == "UNKNOWN_METHOD"


async def test_only_a_parcel_may_be_large(opened):
    """Four mebibytes for people, also at a door that they share with nodes; 64 for a case."""
    large = directory.LoadDirectoryRequest(content=bytes(5 * MEBIBYTE))
    part = exchange.Part(content=bytes(5 * MEBIBYTE))
    parcel = exchange.DeliverRequest(parcel=exchange.Parcel(parts=[part]))
    people, nodes = served_to_people(), served_to_nodes()
    async with await opened(people) as first, await opened([*people, *nodes]) as shared:
        assert await why(first, LOAD, large) == "MESSAGE_TOO_LARGE"
        assert await why(shared, LOAD, large, opened.token) == "MESSAGE_TOO_LARGE"
        assert await why(shared, DELIVER, parcel) == "UNAUTHENTICATED"


def test_nothing_but_what_nodes_say_has_a_large_limit():
    """So the transport of a door without nodes cuts off soon."""
    own = [at.max_bytes for served in served_to_people() for at in served.access.values()]
    assert max(own) <= MEBIBYTE
    assert {at.max_bytes for served in served_to_nodes() for at in served.access.values()} == {
        PARCEL_BYTES
    }
