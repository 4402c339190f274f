"""Intake as the tests run it: a real server on a real database, and people who call it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from grpc.aio import AioRpcError
from msgspec import structs

from intake.app import build
from intake.convert.events import encode
from intake.settings import Settings
from intake.storage.tables import metadata
from intake.suggest import Matter, shipped_classifier
from kernel.catalogue import Catalogue
from kernel.database import Database
from kernel.directory import read_directory, write_directory
from kernel.group_commit import Work, Writer
from kernel.grpc_client import Manner, dial, from_error
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.sealing import new_private_key, public_key_of
from kernel.testing.clock import FakeClock
from kernel.tokens import KeyRing, issue
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import intake_service_pb2_grpc as service_grpc

ROOT = Path(__file__).resolve().parents[3]
DIRECTORY = ROOT / "deploy/samples/anji/directory.yaml"
REGULATION = ROOT / "deploy/regulation"
DISCIPLINE, PRIVATE_KEY = "u-anji-jijian", new_private_key()
COUNTY, CHANGSHUO = "330523.000.000", "330523.002.000"


def staff(name, unit="s-changshuo", path=CHANGSHUO, *roles, site="", sealed=()):
    """A member of staff."""
    held = frozenset(roles or (Role.TRIAGE, Role.COMMITTEE_HEAD))
    return Caller(Kind.STAFF, name, site or unit, unit, path, held, sealed_bodies=frozenset(sealed))


@dataclass
class Front:
    """One intake service and lines to it."""

    address: str
    ring: KeyRing
    clock: FakeClock
    database_url: str
    node: str = "anji"
    lines: list[Any] = field(default_factory=list)

    clerk = staff("clerk")
    second = staff("second")
    third = staff("third")
    other_unit = staff("neighbour", "s-lingfeng", "330523.003.000")
    county = staff("county", "s-anji", COUNTY)
    discipline = staff(
        "inspector", DISCIPLINE, COUNTY, Role.DISCIPLINE, site="s-anji", sealed=(DISCIPLINE,)
    )
    private_key = PRIVATE_KEY
    routing = Caller(Kind.SERVICE, "anji/routing")
    admin = staff("admin", "s-changshuo", CHANGSHUO, Role.ADMINISTRATOR)

    @staticmethod
    def as_role(role):
        """Somebody of the unit with this one role."""
        return staff("somebody", "s-changshuo", CHANGSHUO, role)

    @staticmethod
    def county_as(role):
        """Somebody at the county with this one role."""
        return staff("from-above", "s-anji", COUNTY, role)

    def line(self, caller=None):
        """A line of this caller; without one of nobody."""
        token = (
            issue(self.ring, caller, issuer=self.node, audience=self.node, now=self.clock.now())
            if caller
            else ""
        )
        line = dial(self.address, Manner(token=lambda: token), retries=0)
        self.lines.append(line)
        return line

    def intake(self, caller=None):
        """The intake stub of this caller."""
        return service_grpc.IntakeServiceStub(self.line(caller))

    def parts(self, caller=None):
        """The hand-over stub; of routing unless said otherwise."""
        return part_grpc.CasePartServiceStub(self.line(caller or self.routing))

    def parts_as(self, caller):
        """The hand-over stub of this caller."""
        return part_grpc.CasePartServiceStub(self.line(caller))

    def draft(self, **values):
        """A draft of a named applicant about water in the yard."""
        applicant = case.Party(
            role=common.PARTY_ROLE_APPLICANT,
            name="周小满",
            phone="13800001234",
            living_place="安吉县递铺街道鹤鹿溪村18号",
        )
        given: dict[str, Any] = {
            "channel": common.CHANNEL_VISIT,
            "identity": common.IDENTITY_MODE_NAMED,
            "parties": [applicant],
            "narrative": "邻居新砌的院墙把排水沟堵了，一下雨水就倒灌进我家院子，说了三次也不挖。",
            "place_code": "330523001204",
            "place_text": "鹤鹿溪村18号院",
        } | values
        return case.CaseDraft(**given)

    async def register(self, caller=None, *, unit="", **values):
        """Register a draft; answers the response."""
        return await self.intake(caller or self.clerk).RegisterCase(
            service.RegisterCaseRequest(
                request_id=str(new_id()), draft=self.draft(**values), registering_unit=unit
            )
        )

    async def get(self, case_id, caller=None, **more):
        """The case as this caller reads it."""
        request = service.GetCaseRequest(case_id=case_id, **more)
        return (await self.intake(caller or self.clerk).GetCase(request)).case

    def rows(self, table, **equal):
        """Rows of a table, as they are in the database."""
        database = Database.open(self.database_url)
        try:
            with database.readers.connect() as connection:
                found = connection.execute(table.select()).mappings().all()
        finally:
            database.close()
        return [row for row in found if all(row[k] == v for k, v in equal.items())]

    async def refused(self, call):
        """The refusal that this call is answered with."""
        with pytest.raises(AioRpcError) as caught:
            await call
        return from_error(caught.value, Catalogue.load("intake"))

    @staticmethod
    def case_id(made):
        """The id of a registered case."""
        return UUID(made.stamp.case_id)

    async def hear(self, handler, command):
        """Run a handler as if an event had come in."""
        database = Database.open(self.database_url)
        async with Writer(database, metadata, clock=self.clock, encode=encode) as writer:
            await writer.submit(Work(handler, command, caller=self.routing, traceparent=""))
        database.close()

    async def close(self):
        """Close the lines."""
        for line in self.lines:
            await line.close()


@pytest.fixture(scope="session")
def migrated_for():
    """A fresh database has the tables of intake."""
    return "intake"


@pytest.fixture(scope="session")
def directory_file(tmp_path_factory):
    """The demonstration directory as JSON, which is read faster than YAML; with a sealing key."""
    file = read_directory(DIRECTORY.read_bytes()).file
    units = tuple(
        structs.replace(unit, sealing_public_key=public_key_of(PRIVATE_KEY))
        if unit.id == DISCIPLINE
        else unit
        for unit in file.units
    )
    path = tmp_path_factory.mktemp("directory") / "directory.json"
    path.write_bytes(write_directory(structs.replace(file, units=units)))
    return path


@pytest.fixture
def settings(tmp_path, database_url, directory_file):
    """Settings of an intake on a fresh database, with the demonstration directory."""
    return Settings(
        node="anji",
        data=tmp_path / "data",
        keys=tmp_path / "keys",
        incarnation=tmp_path / "incarnation",
        database=database_url,
        directory=directory_file,
        regulation=REGULATION,
    )


@asynccontextmanager
async def running(settings, clock):
    """An intake at work."""
    app, stopping, ready = build(settings, clock=clock), asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(app.run(stopping, ready=ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    assert app.server is not None
    front = Front(app.server.target, KeyRing.open(settings.keys), clock, settings.database_url)
    try:
        yield front
    finally:
        await front.close()
        stopping.set()
        await task


@pytest.fixture
def clock():
    """A clock that stands still until it is told."""
    return FakeClock()


@pytest.fixture
async def front(settings, clock):
    """An intake at work on either database."""
    async with running(settings, clock) as front:
        yield front


@pytest.fixture
def start():
    """To run another intake, such as the next node's."""
    return running


@pytest.fixture
def make_settings(settings, tmp_path):
    """Settings of a further intake of its own."""

    def make(name, **more):
        folder = tmp_path / name
        return replace(
            settings,
            data=folder,
            keys=folder / "keys",
            incarnation=folder / "incarnation",
            database=f"sqlite:///{folder / 'intake.db'}",
            **more,
        )

    return make


@pytest.fixture(scope="session")
def classifier():
    """Proposals of the shipped rules for a narrative."""
    rules = shipped_classifier()
    return lambda text: rules.suggest(Matter(narrative=text))
