"""Hearing as the tests run it: a real server on a real database, and people who call it.

And what the tests of the solver share: the scorer and the makers of instances.
"""

import asyncio
import importlib.util
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
import pytest
from grpc.aio import AioRpcError

from hearing.app import build
from hearing.settings import Settings
from hearing.storage import tables
from kernel.catalogue import Catalogue
from kernel.database import Database
from kernel.directory import read_directory, write_directory
from kernel.grpc_client import Manner, dial, from_error
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.testing.clock import FakeClock
from kernel.tokens import KeyRing, issue
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.hearing.v1 import hearing_pb2, hearing_service_pb2_grpc
from lianxin.hearing.v1 import hearing_service_pb2 as pb
from lianxin.intake.v1 import registration_pb2, registration_pb2_grpc
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc, review_pb2, review_pb2_grpc

ROOT = Path(__file__).resolve().parents[3]
BENCH = ROOT / "bench"
DIRECTORY = ROOT / "deploy/samples/anji/directory.yaml"
REGULATION = ROOT / "deploy/regulation"
UNIT, PATH = "s-changshuo", "330523.002.000"
TO, TO_PATH = "s-lingfeng", "330523.003.000"


def staff(name, unit=UNIT, path=PATH, *roles):
    """A member of staff; by default a head who organises hearings and decides on them."""
    held = frozenset(roles or (Role.COMMITTEE_HEAD, Role.HANDLER))
    return Caller(Kind.STAFF, name, unit, unit, path, held)


class RoutingThatKnows(
    custody_pb2_grpc.CustodyServiceServicer, review_pb2_grpc.ReviewServiceServicer
):
    """What hearing asks of routing: how a case is handled, and whether it is reviewed."""

    def __init__(self):
        self.review_body = ""
        self.procedures = {}
        self.custody = custody_pb2.Custody(
            case_no="安昌硕〔2026〕1号",
            procedure=common.PROCEDURE_PETITION,
            category="demolition",
            colour=common.COLOUR_YELLOW,
            regulation="cn-2022@3",
            registering_unit=UNIT,
            handler="handler",
        )
        self.custody.accepted_at.GetCurrentTime()

    async def GetCustody(self, request, _):
        """The same for each case, but for a procedure of its own."""
        answer = custody_pb2.GetCustodyResponse(custody=self.custody)
        answer.custody.case_id = request.case_id
        answer.custody.procedure = self.procedures.get(request.case_id, answer.custody.procedure)
        return answer

    async def GetReview(self, _request, _):
        """A review at the body that was named, or none."""
        answer = review_pb2.GetReviewResponse()
        if self.review_body:
            answer.papers.add().review.MergeFrom(
                review_pb2.Review(
                    level=review_pb2.REVIEW_LEVEL_REREVIEW,
                    state=review_pb2.REVIEW_STATE_DECIDING,
                    body=self.review_body,
                )
            )
        return answer


class IntakeThatKnows(registration_pb2_grpc.RegistrationServiceServicer):
    """What hearing asks of intake: who was registered, and whether a text names one of them."""

    def __init__(self):
        self.away, self.names = False, set()
        self.told = registration_pb2.GetRegistrationResponse(about_units=["d-housing"])
        self.applicant, self.respondent = str(new_id()), str(new_id())
        self.register(self.applicant, common.PARTY_ROLE_APPLICANT)
        self.register(self.respondent, common.PARTY_ROLE_RESPONDENT)

    def register(self, party_id, role=common.PARTY_ROLE_CONCERNED, **more):
        """One more party."""
        self.told.parties.add(party_id=party_id, role=role, **more)

    async def GetRegistration(self, _request, context):
        """The same for each case."""
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE)
        return self.told

    async def CheckText(self, request, context):
        """Names that are known are looked for."""
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE)
        naming = [one for one, text in request.texts.items() if any(n in text for n in self.names)]
        return registration_pb2.CheckTextResponse(naming=sorted(naming))


@dataclass
class Bench:
    """One hearing service, a case it was granted, and lines to it."""

    address: str
    ring: KeyRing
    clock: FakeClock
    database_url: str
    routing: RoutingThatKnows
    intake: IntakeThatKnows
    node: str = "anji"
    case_id: str = field(default_factory=lambda: str(new_id()))
    lines: list[Any] = field(default_factory=list)

    head = staff("head")
    other_unit = staff("neighbour", TO, TO_PATH)
    service = Caller(Kind.SERVICE, "anji/routing")

    def line(self, caller=None):
        """A line of this caller."""
        now = self.clock.now()
        caller = caller or self.head
        token = issue(self.ring, caller, issuer=self.node, audience=self.node, now=now)
        line = dial(self.address, Manner(token=lambda: token), retries=0)
        self.lines.append(line)
        return line

    def hearing(self, caller=None):
        """The hearing stub of this caller."""
        return hearing_service_pb2_grpc.HearingServiceStub(self.line(caller))

    def parts(self, caller=None):
        """The hand-over stub; of routing unless said otherwise."""
        return part_grpc.CasePartServiceStub(self.line(caller or self.service))

    async def grant(self, epoch=1, unit=UNIT, path=PATH, **more):
        """ImportPart: the grant of a registration unless more is said."""
        request = part.ImportPartRequest(
            case_id=self.case_id, epoch=epoch, unit=unit, path=path, **more
        )
        return await self.parts().ImportPart(request)

    def asked(self, **more):
        """A request of the handler that the rules allow."""
        given = {
            "request_id": str(new_id()),
            "case_id": self.case_id,
            "epoch": 1,
            "asked_by": hearing_pb2.ASKED_BY_HANDLER,
            "triggers": ["strong_dispute"],
            "reason": "双方争议很大，请求公开听证。",
        }
        return pb.RequestHearingRequest(**given | more)

    async def request(self, caller=None, **more):
        """Ask for a hearing of the case."""
        return await self.hearing(caller).RequestHearing(self.asked(**more))

    def decision(self, version, *, granted=True, **more):
        """A decision on the request."""
        given = {
            "request_id": str(new_id()),
            "case_id": self.case_id,
            "epoch": 1,
            "version": version,
            "granted": granted,
            "reason": "符合听证条件。",
        }
        if not granted:
            given["ground"] = hearing_pb2.GROUND_CLEAR_FACTS
        return pb.DecideHearingRequest(**given | more)

    async def granted(self, caller=None, **more):
        """A hearing of the case that was asked for and granted; answers the stamp after it."""
        asked = await self.request(caller, **more)
        request = self.decision(asked.stamp.version)
        return (await self.hearing(caller).DecideHearing(request)).stamp

    async def get(self, caller=None, why=""):
        """The file as this caller reads it."""
        request = pb.GetHearingRequest(case_id=self.case_id, why=why)
        return (await self.hearing(caller).GetHearing(request)).file

    def rows(self, table):
        """Rows of a table, as they are in the database."""
        database = Database.open(self.database_url)
        try:
            with database.readers.connect() as connection:
                return list(connection.execute(table.select()).mappings())
        finally:
            database.close()

    def facts(self):
        """Kinds of facts of the case, oldest first."""
        rows = [row for row in self.rows(tables.fact) if str(row["case_id"]) == self.case_id]
        return [row["kind"] for row in sorted(rows, key=lambda row: row["fact_no"])]

    async def refused(self, call):
        """The refusal that this call is answered with."""
        with pytest.raises(AioRpcError) as caught:
            await call
        return from_error(caught.value, Catalogue.load("hearing"))

    async def close(self):
        """Close the lines."""
        for line in self.lines:
            await line.close()


@pytest.fixture(scope="session")
def migrated_for():
    """A fresh database has the tables of hearing."""
    return "hearing"


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
    review_pb2_grpc.add_ReviewServiceServicer_to_server(known, server)
    registration_pb2_grpc.add_RegistrationServiceServicer_to_server(registered, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield (known, registered), f"127.0.0.1:{port}"
    await server.stop(0)


@pytest.fixture
def settings(tmp_path, database_url, directory_file, routing):
    """Settings of a hearing service on a fresh database, with the demonstration directory."""
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
    """A hearing service at work."""
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
    """A hearing service at work on either database, with a case granted at epoch 1."""
    async with running(settings, FakeClock(), routing[0]) as bench:
        await bench.grant()
        yield bench


@pytest.fixture
async def next_node(settings, routing, tmp_path):
    """The hearing service of another node, with keys of its own."""
    folder = tmp_path / "dipu"
    elsewhere = replace(
        settings,
        data=folder,
        keys=folder / "keys",
        incarnation=folder / "incarnation",
        database=f"sqlite:///{folder / 'hearing.db'}",
    )
    async with running(elsewhere, FakeClock(), routing[0]) as bench:
        yield bench


def _loaded(name: str, folder: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def scorer() -> ModuleType:
    """The scorer that knows nothing of the solver."""
    return _loaded("meeting_score", BENCH)


@pytest.fixture(scope="session")
def family() -> ModuleType:
    """The maker of instances."""
    return _loaded("meeting_family", BENCH)


@pytest.fixture(scope="session")
def month():
    """The maker of a county's month of hearings."""
    return _loaded("hearing_month", BENCH).month
