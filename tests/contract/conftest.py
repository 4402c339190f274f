"""A county node in this process: broker and services with their real gRPC servers."""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import msgspec
import pytest
import pytest_asyncio
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import create_engine, select

import hearing.storage.schema
import intake.storage.tables
import mediation.storage.schema
import routing.storage.metadata
from kernel.catalogue import Catalogue
from kernel.clock import SystemClock
from kernel.grpc_client import from_error
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.process import run_all
from kernel.tokens import KeyRing, issue
from lianxin.cli.demo import acts, world
from lianxin.cli.node.config import load_config
from lianxin.cli.node.ports import settle
from lianxin.cli.node.run import apps
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.routing.v1 import custody_pb2

from .rpcs import ALL_RPCS, at_each_door

SECRET = "顾晓禾"
BUSY = frozenset(
    {"outbox", "inbox", "link", "link_receiver", "link_cursor", "peer", "read_audit", "request"}
    | {"notice"}
)
"""Tables that links, the record of readings and the sending of notices write to by themselves."""


def pytest_generate_tests(metafunc):
    """A test that asks for `rpc` runs for each RPC of each service."""
    if "rpc" in metafunc.fixturenames:
        metafunc.parametrize("rpc", ALL_RPCS, ids=[rpc.name.rpartition(".")[2] for rpc in ALL_RPCS])


def staff(unit, path, *roles, name="somebody"):
    """A member of staff."""
    held = frozenset(roles or (Role.TRIAGE, Role.HANDLER, Role.COMMITTEE_HEAD))
    return Caller(Kind.STAFF, name, unit, unit, path, held)


@dataclass
class County:
    """The node and lines to it."""

    intake: str
    routing: str
    ring: KeyRing
    child_ring: KeyRing
    mediation: str
    hearing: str
    databases: dict[str, Any]
    channels: dict[str, Any]
    doors: dict[str, str]

    owner = staff("s-changshuo", "330523.002.000", name="owner")
    stranger = staff("s-lingfeng", "330523.003.000", name="stranger")
    routing_itself = Caller(Kind.SERVICE, "anji/routing")

    def token(self, caller):
        """A token for this caller; a child node signs its own."""
        now = SystemClock().now()
        if caller.kind is Kind.NODE:
            return issue(self.child_ring, caller, issuer=caller.id, audience="anji", now=now)
        return issue(self.ring, caller, issuer="anji", audience="anji", now=now)

    async def call(self, rpc, request, caller=None, *, limit=5.0):
        """Call an RPC; the answer (or list of answers), or the refusal."""
        channel = self.channels[self.doors[rpc.service]]
        metadata = [("authorization", f"Bearer {self.token(caller)}")] if caller else []
        kind = "_".join(
            "stream" if streams else "unary"
            for streams in (rpc.method.client_streaming, rpc.method.server_streaming)
        )
        asked = getattr(channel, kind)(
            rpc.name,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(rpc.method.output_type).FromString,
        )
        given = _only(request) if rpc.method.client_streaming else request
        try:
            answer = asked(given, metadata=metadata, timeout=limit)
            if rpc.method.server_streaming:
                return [one async for one in _first(answer)]
            return await answer
        except grpc.aio.AioRpcError as error:
            return from_error(error, Catalogue.load("intake"))

    def tables(self):
        """Everything stored in the databases, but for what links write by themselves."""
        for name, (_, metadata) in self.databases.items():
            connection = self._connections[name]
            version = connection.exec_driver_sql("PRAGMA data_version").scalar()
            if self._seen.get(name, (None,))[0] != version:  # somebody committed since
                self._seen[name] = (version, _dump(name, connection, metadata))
        return {key: rows for _, dump in self._seen.values() for key, rows in dump.items()}

    @contextmanager
    def looking(self):
        """Keep a reading connection to each database while `tables` is used."""
        self._seen = {}
        self._connections = {
            name: engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for name, (engine, _) in self.databases.items()
        }
        try:
            yield
        finally:
            for connection in self._connections.values():
                connection.close()


def _dump(name, connection, metadata):
    return {
        (name, table.name): sorted(str(tuple(row)) for row in connection.execute(select(table)))
        for table in metadata.sorted_tables
        if table.name not in BUSY
    }


async def _only(request):
    yield request


async def _first(answers, count=3):
    """The first answers of a stream that may never end."""
    async for answer in answers:
        yield answer
        count -= 1
        if not count:
            answers.cancel()
            return


@asynccontextmanager
async def running(folder):
    """The county node of the demonstration, alone."""
    built = world.build(folder)
    doors = built.nodes[world.COUNTY]
    config = msgspec.structs.replace(load_config(doors.file), sweeps=False)
    stopping = asyncio.Event()
    node = asyncio.create_task(run_all(apps(config, settle(config)), stopping))
    databases = {
        "intake": (doors.data / "intake.db", intake.storage.tables.metadata),
        "routing": (doors.data / "routing.db", routing.storage.metadata.metadata),
        "mediation": (doors.data / "mediation.db", mediation.storage.schema.metadata),
        "hearing": (doors.data / "hearing.db", hearing.storage.schema.metadata),
    }
    engines = {
        name: (create_engine(f"sqlite:///{file}"), metadata)
        for name, (file, metadata) in databases.items()
    }
    child = KeyRing.open(built.nodes[world.TOWNSHIP].data / "keys")
    addresses = (doors.intake, doors.routing, doors.mediation, doors.hearing)
    channels = {at: grpc.aio.insecure_channel(at) for at in addresses}
    try:
        for channel in channels.values():
            await asyncio.wait_for(channel.channel_ready(), 60)
        keys = (KeyRing.open(config.keys), child)
        later = (doors.mediation, doors.hearing)
        served = await at_each_door(channels)
        yield County(doors.intake, doors.routing, *keys, *later, engines, channels, served)
    finally:
        for channel in channels.values():
            await channel.close()
        stopping.set()
        await node
        for engine, _ in engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def all_rpcs():
    """Every RPC of every service."""
    return ALL_RPCS


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def county(tmp_path_factory):
    """One node for all contract tests."""
    async with running(tmp_path_factory.mktemp("contract")) as node:
        yield node


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def case_id(county):
    """A case of 昌硕街道 that strangers must learn nothing of."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name=SECRET, phone="13900001111")],
        narrative="楼上漏水半年没有人管，天花板已经发霉，希望有人来看一看。",
        place_code="330523002001",
    )
    request = intake_service_pb2.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    register = next(rpc for rpc in ALL_RPCS if rpc.name.endswith("/RegisterCase"))
    answer = await county.call(register, request, county.owner)
    custody = next(rpc for rpc in ALL_RPCS if rpc.name.endswith("/GetCustody"))
    asked = custody_pb2.GetCustodyRequest(case_id=answer.stamp.case_id)

    async def known():
        return hasattr(await county.call(custody, asked, county.owner), "custody")

    await acts.until(known, "routing never heard of the case")
    return answer.stamp.case_id
