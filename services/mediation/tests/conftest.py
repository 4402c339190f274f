"""Mediation as the tests run it: a real server on a real database, and people who call it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc.aio import AioRpcError

from kernel.catalogue import Catalogue
from kernel.database import Database
from kernel.directory import read_directory, write_directory
from kernel.grpc_client import Manner, dial, from_error
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.testing.clock import FakeClock
from kernel.tokens import KeyRing, issue
from lianxin.common.v1 import case_pb2 as common
from lianxin.common.v1 import invitation_pb2
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.intake.v1 import registration_pb2, registration_pb2_grpc
from lianxin.mediation.v1 import (
    consent_pb2,
    consent_pb2_grpc,
    mediation_pb2,
    mediation_service_pb2_grpc,
)
from lianxin.mediation.v1 import mediation_service_pb2 as pb
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc, staff_pb2, staff_pb2_grpc
from mediation.app import build
from mediation.settings import Settings
from mediation.testing import fixtures

ROOT = Path(__file__).resolve().parents[3]
DIRECTORY = ROOT / "deploy/samples/anji/directory.yaml"
REGULATION = ROOT / "deploy/regulation"
UNIT, PATH = "s-changshuo", "330523.002.000"
TO, TO_PATH = "s-lingfeng", "330523.003.000"
profile, case, quick = fixtures.profile, fixtures.case, fixtures.quick


def staff(name, unit=UNIT, path=PATH, *roles):
    """A member of staff."""
    held = frozenset(roles or (Role.MEDIATOR, Role.COMMITTEE_HEAD))
    return Caller(Kind.STAFF, name, unit, unit, path, held)


class RoutingThatKnows(
    custody_pb2_grpc.CustodyServiceServicer, staff_pb2_grpc.StaffServiceServicer
):
    """What mediation asks of routing: how a case is handled, and which accounts there are."""

    def __init__(self):
        self.strangers = set()
        self.units = {}
        self.custody = custody_pb2.Custody(
            case_no="安昌硕〔2026〕1号",
            procedure=common.PROCEDURE_PEOPLES_MEDIATION,
            category="neighbour",
            regulation="cn-2022@3",
            registering_unit=UNIT,
        )
        self.custody.accepted_at.GetCurrentTime()

    async def GetCustody(self, request, _):
        """The same for each case."""
        answer = custody_pb2.GetCustodyResponse(custody=self.custody)
        answer.custody.case_id = request.case_id
        return answer

    async def FindUnknownStaff(self, request, _):
        """Everybody has an account but the strangers; of a certain unit those in `units`."""
        unknown = [
            one
            for one in request.staff_ids
            if one in self.strangers or (request.unit_id and self.units.get(one) != request.unit_id)
        ]
        return staff_pb2.FindUnknownStaffResponse(unknown=unknown)


class IntakeThatKnows(registration_pb2_grpc.RegistrationServiceServicer):
    """Intake's one answer that mediation asks for: who was registered, and what is asked."""

    def __init__(self):
        self.told = registration_pb2.GetRegistrationResponse(
            request_nos=[1], category="neighbour", green_channel=True
        )
        self.told_to = []

    def register(self, party_id, role=common.PARTY_ROLE_CONCERNED, **more):
        """One more party."""
        self.told.parties.add(party_id=party_id, role=role, **more)

    async def GetRegistration(self, _request, _):
        """The same for each case."""
        return self.told

    async def GetMatter(self, request, _):
        """The matter as an invited person is told of it; who asked is kept."""
        self.told_to.append((request.account, request.mediates))
        parties = [
            invitation_pb2.MatterParty(party_id=one.party_id, role="concerned", name="周阿福")
            for one in self.told.parties
        ]
        requests = [invitation_pb2.MatterRequest(no=1, text="疏通水沟")]
        matter = invitation_pb2.Matter(
            case_no="安昌硕〔2026〕1号", parties=parties, requests=requests
        )
        return registration_pb2.GetMatterResponse(matter=matter)


@dataclass
class Bench:
    """One mediation service, a case it was granted, and lines to it."""

    address: str
    ring: KeyRing
    clock: FakeClock
    database_url: str
    routing: RoutingThatKnows
    intake: IntakeThatKnows
    node: str = "anji"
    case_id: str = field(default_factory=lambda: str(new_id()))
    lines: list[Any] = field(default_factory=list)

    mediator = staff("mediator")
    other_unit = staff("neighbour", TO, TO_PATH)
    service = Caller(Kind.SERVICE, "anji/routing")

    def line(self, caller):
        """A line of this caller."""
        now = self.clock.now()
        token = issue(self.ring, caller, issuer=self.node, audience=self.node, now=now)
        line = dial(self.address, Manner(token=lambda: token), retries=0)
        self.lines.append(line)
        return line

    def mediation(self, caller=None):
        """The mediation stub of this caller."""
        line = self.line(caller or self.mediator)
        return mediation_service_pb2_grpc.MediationServiceStub(line)

    def parts(self, caller=None):
        """The hand-over stub; of routing unless said otherwise."""
        return part_grpc.CasePartServiceStub(self.line(caller or self.service))

    async def grant(self, epoch=1, unit=UNIT, path=PATH, **more):
        """ImportPart: the grant of a registration unless more is said."""
        request = part.ImportPartRequest(
            case_id=self.case_id, epoch=epoch, unit=unit, path=path, **more
        )
        return await self.parts().ImportPart(request)

    async def open(self, caller=None, *, epoch=1, **more):
        """Open the mediation of the case."""
        given = {"kind": mediation_pb2.MEDIATION_KIND_PEOPLES, "request_id": str(new_id())} | more
        request = pb.OpenMediationRequest(case_id=self.case_id, epoch=epoch, **given)
        return await self.mediation(caller).OpenMediation(request)

    async def willing(self, party_id, version, epoch=1):
        """A party says that it wants to be mediated; answers the version after it."""
        request = consent_pb2.RecordConsentRequest(
            request_id=str(new_id()),
            case_id=self.case_id,
            epoch=epoch,
            version=version,
            party_id=party_id,
            subjects=[
                consent_pb2.CONSENT_SUBJECT_MEDIATION,
                consent_pb2.CONSENT_SUBJECT_PERSONAL_DATA,
            ],
            given=True,
            text_version="2026.1",
            method=consent_pb2.CONSENT_METHOD_SIGNED,
            on_day=self.clock.now().date().isoformat(),
        )
        return (await self.consents().RecordConsent(request)).stamp.version

    def consents(self, caller=None):
        """The stub for consent and duties."""
        line = self.line(caller or self.mediator)
        return consent_pb2_grpc.MediationConsentServiceStub(line)

    async def get(self, caller=None, why=""):
        """The mediation as this caller reads it."""
        request = pb.GetMediationRequest(case_id=self.case_id, why=why)
        return (await self.mediation(caller).GetMediation(request)).mediation

    def rows(self, table):
        """Rows of a table, as they are in the database."""
        database = Database.open(self.database_url)
        try:
            with database.readers.connect() as connection:
                return list(connection.execute(table.select()).mappings())
        finally:
            database.close()

    async def refused(self, call):
        """The refusal that this call is answered with."""
        with pytest.raises(AioRpcError) as caught:
            await call
        return from_error(caught.value, Catalogue.load("mediation"))

    async def close(self):
        """Close the lines."""
        for line in self.lines:
            await line.close()


@pytest.fixture(scope="session")
def migrated_for():
    """A fresh database has the tables of mediation."""
    return "mediation"


@pytest.fixture(scope="session")
def directory_file(tmp_path_factory):
    """The demonstration directory as JSON, which is read faster than YAML."""
    path = tmp_path_factory.mktemp("directory") / "directory.json"
    path.write_bytes(write_directory(read_directory(DIRECTORY.read_bytes()).file))
    return path


@pytest.fixture
async def routing():
    """A server that answers as routing and as intake do, and its address."""
    server, known, registered = grpc.aio.server(), RoutingThatKnows(), IntakeThatKnows()
    custody_pb2_grpc.add_CustodyServiceServicer_to_server(known, server)
    staff_pb2_grpc.add_StaffServiceServicer_to_server(known, server)
    registration_pb2_grpc.add_RegistrationServiceServicer_to_server(registered, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield (known, registered), f"127.0.0.1:{port}"
    await server.stop(0)


@pytest.fixture
def settings(tmp_path, database_url, directory_file, routing):
    """Settings of a mediation on a fresh database, with the demonstration directory."""
    return Settings(
        node="anji",
        data=tmp_path / "data",
        keys=tmp_path / "keys",
        incarnation=tmp_path / "incarnation",
        database=database_url,
        directory=directory_file,
        regulation=REGULATION,
        routing=routing[1],
        intake=routing[1],
    )


@asynccontextmanager
async def running(settings, clock, known):
    """A mediation at work."""
    app, stopping, ready = build(settings, clock=clock), asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(app.run(stopping, ready=ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    assert app.server is not None
    ring = KeyRing.open(settings.keys)
    bench = Bench(app.server.target, ring, clock, settings.database_url, *known)
    try:
        yield bench
    finally:
        await bench.close()
        stopping.set()
        await task


@pytest.fixture
async def bench(settings, routing):
    """A mediation at work on either database, with a case granted at epoch 1."""
    async with running(settings, FakeClock(), routing[0]) as bench:
        await bench.grant()
        yield bench


@pytest.fixture
async def next_node(settings, routing, tmp_path):
    """The mediation of another node, with keys of its own."""
    folder = tmp_path / "dipu"
    elsewhere = replace(
        settings,
        data=folder,
        keys=folder / "keys",
        incarnation=folder / "incarnation",
        database=f"sqlite:///{folder / 'mediation.db'}",
    )
    async with running(elsewhere, FakeClock(), routing[0]) as bench:
        yield bench
