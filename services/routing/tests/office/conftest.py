"""A county's node as its staff meet it: real gRPC, real database, no links."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
import pytest_asyncio
from sqlalchemy import select

from kernel import migrate
from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.database import Database
from kernel.directory import read_directory, write_directory
from kernel.group_commit import Readers, Work, Writer
from kernel.grpc_client import dial, from_error
from kernel.grpc_server import GrpcServer, Pings, Served, ServerSettings, build_server
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.regulation import find_profile
from kernel.sealing import NodeKey
from kernel.testing.clock import FakeClock
from kernel.tokens import KeyRing, issue
from lianxin.routing.v1 import (
    custody_pb2,
    custody_pb2_grpc,
    directory_pb2,
    directory_pb2_grpc,
    staff_pb2,
    staff_pb2_grpc,
    worklist_pb2,
    worklist_pb2_grpc,
)
from routing.accounts import Accounts
from routing.commands.facts import Fact, TakeUpRegistration
from routing.convert.events import encode
from routing.exchange.bridge import Bridge
from routing.grpc_api.directory import DIRECTORY_ACCESS, DirectoryServicer
from routing.grpc_api.reading import ReadingRpcs
from routing.grpc_api.staff import STAFF_ACCESS, StaffServicer
from routing.grpc_api.worklist import WORKLIST_ACCESS, WorklistServicer
from routing.handlers import registration
from routing.knowledge import Knowledge
from routing.library import Library
from routing.node import Node
from routing.settings import Settings
from routing.steps.ground import Ground
from routing.storage import log
from routing.storage.clocks import clock
from routing.storage.schema import metadata
from routing.storage.tables import case_row

ROOT = Path(__file__).resolve().parents[4]
ANJI = ROOT / "deploy/samples/anji/directory.yaml"
PROFILE = find_profile("cn-2022", ROOT / "deploy/regulation")
COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
CUSTODY = "/lianxin.routing.v1.CustodyService/"
READS = ("GetCustody", "GetLog", "AuditCustody", "AuditLog", "ListParked", "RetryParked")


class OnlyReading(ReadingRpcs, custody_pb2_grpc.CustodyServiceServicer):
    """The reading half of CustodyService."""

    def __init__(self, bridge: Bridge, bus: Any, texts: Catalogue) -> None:
        self.bridge, self.bus, self.texts = bridge, bus, texts


class _Speaking:
    """A stub whose calls carry a proof of identity; a refusal shows as its reason."""

    def __init__(self, stub: Any, proof: str) -> None:
        self._stub, self._proof = stub, proof

    def __getattr__(self, name: str) -> Any:
        def call(request: Any) -> Any:
            return getattr(self._stub, name)(request, metadata=(("authorization", self._proof),))

        return call


async def reason_of(call: Any) -> str:
    """The reason a call is refused with; empty when it is not."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return from_error(error, Catalogue.load("routing")).reason
    return ""


@dataclass
class Office:
    """The node, and ways in for whoever a test wants to be."""

    library: Library
    ground: Ground
    accounts: Accounts
    ring: KeyRing
    server: GrpcServer
    data: Path
    directory_file: Path
    clock: FakeClock

    def staff(self, unit: str, *roles: Role, name: str = "li") -> Caller:
        """Somebody at a unit; of a discipline organ, for sealed matters sent to it."""
        directory = self.library.knowledge.directory()
        site, path = directory.units[unit].site, directory.path_of_unit(unit)
        sealed = frozenset({unit} if Role.DISCIPLINE in roles else ())
        return Caller(Kind.STAFF, name, site, unit, path, frozenset(roles), sealed)

    def token(self, caller: Caller) -> str:
        """A token of this node."""
        now = self.clock.now()
        return issue(self.ring, caller, issuer="anji", audience="anji", now=now)

    @asynccontextmanager
    async def talk(self, stub: Any, caller: Caller | str = "") -> Any:
        """A stub that calls as somebody, or with a token or key as it stands."""
        proof = caller if isinstance(caller, str) else f"Bearer {self.token(caller)}"
        line = dial(self.server.target, retries=0)
        yield _Speaking(stub(line), proof)
        await line.close()

    async def reason(self, call: Any) -> str:
        """The reason a call is refused with; empty when it is not."""
        return await reason_of(call)

    async def row(self, case_id: Any) -> dict[str, Any]:
        """The row of a case."""
        found = await self._rows(select(case_row).where(case_row.c.case_id == case_id))
        return found[0]

    async def clocks(self, case_id: Any) -> list[dict[str, Any]]:
        """The clocks of a case."""
        return await self._rows(select(clock).where(clock.c.case_id == case_id))

    async def kinds(self, case_id: Any) -> list[str]:
        """The kinds of the entries in a case's log."""
        entries = await self.ground.readers.run(lambda c: log.read(c, case_id))
        return [entry.kind for entry in entries]

    async def put_at(self, case_id: Any, node: str) -> None:
        """The case is at this node, as a header tells."""

        def told(uow: Any, _command: Any) -> None:
            uow.update(case_row, {"case_id": case_id}, {"node": node})

        await self.ground.writer.perform(Work(told, None))

    async def _rows(self, query: Any) -> list[dict[str, Any]]:
        return await self.ground.readers.run(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()]
        )

    async def register(self, unit: str, **values: Any) -> Any:
        """A case registered at a unit."""
        case_id = new_id()
        command = registered(case_id, unit, self.library, self.clock, values)
        work = Work(
            lambda uow, given: registration.take_up(uow, given, node=self.ground.node), command
        )
        await self.ground.writer.perform(work)
        return case_id


def registered(
    case_id: Any, unit: str, library: Library, clock: FakeClock, values: dict[str, Any]
) -> TakeUpRegistration:
    """A registration as intake tells it; `values` replace fields."""
    now = clock.now()
    fact = Fact("intake", 1, "intake.registered", case_id, 1, unit, "li", now, {}, {})
    command = TakeUpRegistration(
        fact=fact,
        case_no=str(case_id)[-12:],
        unit=unit,
        path=library.knowledge.directory().path_of_unit(unit),
        place_code="330523001211",
        category="neighbours",
        procedure="peoples_mediation",
        purpose="redress",
        difficulty="simple",
        colour="green",
        channel="visit",
        received_at=now,
        registered_at=now,
        backlog=False,
        urgent=False,
        sealed_for="",
        about_units=(),
        regulation=f"{PROFILE.id}@{PROFILE.version}",
        reachable=True,
        headcount=1,
        litigation=False,
    )
    return replace(command, **values)


@pytest_asyncio.fixture
async def office(database_url, tmp_path, county_alone):
    """The county's node of 安吉县, hosting every site."""
    migrate.upgrade(database_url, "routing")
    database = Database.open(database_url)
    readers, clock = Readers(database), FakeClock()
    async with Writer(database, metadata, clock=clock, encode=encode) as writer:
        knowledge = Knowledge(readers)
        keys = NodeKey.load(tmp_path / "keys")
        node = Node("anji", (), knowledge.directory, knowledge.profile, knowledge.workdays, keys)
        library = Library(node, knowledge, writer, readers, clock)
        await library.open(ROOT / "deploy/regulation", county_alone)
        ground = Ground(node, writer, readers, clock, {}, None)
        ring = KeyRing.open(tmp_path / "ring")
        settings = Settings(node="anji", data=tmp_path / "data")
        accounts = Accounts(settings, ring, knowledge, ground)
        server = _server(library, ground, accounts)
        await server.start()
        yield Office(library, ground, accounts, ring, server, settings.data, county_alone, clock)
        await server.stop()
    readers.close()
    database.close()


@pytest.fixture(scope="session")
def county_alone(tmp_path_factory):
    """The sample directory with every site at the county's node, as JSON: it reads faster."""
    everything, _, _ = ANJI.read_text(encoding="utf-8").partition("\ndelegations:")
    file = tmp_path_factory.mktemp("county") / "directory.json"
    file.write_bytes(write_directory(read_directory(everything.encode()).file))
    return file


def _server(library: Library, ground: Ground, accounts: Accounts) -> GrpcServer:
    bridge = Bridge(ground.node, ground.writer, ground.readers, lambda: False)
    texts = Catalogue.load("routing")
    bus: Any = SimpleNamespace(
        clock=library.clock,
        parts={},
        receivers=list,
        incarnation=1,
        up=None,
        down=SimpleNamespace(heard={}),
    )
    custody = custody_pb2.DESCRIPTOR.services_by_name["CustodyService"]
    access = {
        CUSTODY + name: Access("case.read.header") if name in READS[:2] else Access(known=True)
        for name in (method.name for method in custody.methods)
    }
    return build_server(
        ServerSettings(),
        [
            _served(
                directory_pb2,
                directory_pb2_grpc,
                "DirectoryService",
                DirectoryServicer(bridge, library, texts),
                DIRECTORY_ACCESS,
            ),
            _served(
                staff_pb2,
                staff_pb2_grpc,
                "StaffService",
                StaffServicer(bridge, accounts),
                STAFF_ACCESS,
            ),
            _served(
                worklist_pb2,
                worklist_pb2_grpc,
                "WorklistService",
                WorklistServicer(bridge, library, bus),
                WORKLIST_ACCESS,
            ),
            _served(
                custody_pb2,
                custody_pb2_grpc,
                "CustodyService",
                OnlyReading(bridge, bus, texts),
                access,
            ),
        ],
        authenticator=accounts.authenticator,
        texts=texts,
        pings=Pings(),
    )


def _served(messages: Any, rpc: Any, name: str, servicer: Any, access: Any) -> Served:
    descriptor = messages.DESCRIPTOR.services_by_name[name]
    return Served(descriptor, getattr(rpc, f"add_{name}Servicer_to_server"), servicer, access)
