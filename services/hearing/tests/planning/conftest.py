"""A hearing service with rooms and people in its register, and a hearing that was granted."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from hearing.storage.register import name_key
from hearing.storage.tables_calendar import busy
from hearing.storage.tables_register import person, room, travel
from kernel.database import Database
from kernel.holding import Vault
from kernel.ids import new_id
from kernel.sealing import NodeKey
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import scheduling_pb2 as pb
from lianxin.hearing.v1 import scheduling_pb2_grpc as grpc

UNIT, PATH = "s-changshuo", "330523.002.000"
HALL, YARD, RECORDER = new_id(), new_id(), new_id()
CHAIRS, SENT = [new_id(), new_id()], [new_id(), new_id()]
POOL = [new_id() for _ in range(9)]
DAY = "2026-11-18"


def _person(person_id, kinds, **more):
    row = {
        "person_id": person_id, "version": 1, "unit": UNIT, "path": PATH, "staff": "",
        "kinds": kinds, "fields": "", "department": "", "stand_in": 0, "begins": 510,
        "ends": 1050, "ended": False, "sealed_contact": None,
    }  # fmt: skip
    return row | more


def _room(room_id, site, capacity):
    return {
        "room_id": room_id, "version": 1, "unit": UNIT, "site": site, "path": PATH,
        "name": "会场", "capacity": capacity, "equipment": "", "online": False, "begins": 510,
        "ends": 1050, "use": "own", "ended": False,
    }  # fmt: skip


def _people():
    kinds = ("lawyer", "resident", "scholar")
    return [
        *(_person(one, "chair", staff=f"chair{CHAIRS.index(one)}") for one in CHAIRS),
        _person(RECORDER, "recorder"),
        *(_person(one, "representative", department="d-housing", stand_in=at)
          for at, one in enumerate(SENT)),
        *(_person(one, kinds[at % 3]) for at, one in enumerate(POOL)),
    ]  # fmt: skip


def wanted(**more):
    """A setting that nothing stands against."""
    given = {
        "day": DAY,
        "begins": 540,
        "room_id": str(HALL),
        "chair_id": str(CHAIRS[0]),
        "recorder_id": str(RECORDER),
        "panel_ids": [str(one) for one in POOL[:5]],
        "representatives": [{"department_id": "d-housing", "person_id": str(SENT[0])}],
    }
    return pb.HearingSetting(**given | more)


@dataclass
class Setting:
    """The bench with a hearing that waits, and the stub for setting it."""

    bench: Any
    stamp: Any
    stub: Any = field(init=False)

    def __post_init__(self):
        self.call_again()

    def call_again(self):
        """Sign in anew, after the clock moved."""
        self.stub = grpc.HearingScheduleServiceStub(self.bench.line())

    @property
    def seen(self):
        """Case, epoch and version as they were last seen, under a new request id."""
        return {
            "request_id": str(new_id()),
            "case_id": self.stamp.case_id,
            "epoch": self.stamp.epoch,
            "version": self.stamp.version,
        }

    async def act(self, name, **more):
        """One act on the hearing; the stamp after it is remembered."""
        request = getattr(pb, f"{name}Request")(**self.seen | more)
        done = await getattr(self.stub, name)(request)
        self.stamp = done.stamp
        return done

    async def set(self, **more):
        """Set the hearing by hand."""
        return await self.act("SetHearing", wanted=wanted(**more))

    async def clashes(self, **more):
        """Kinds that stand against a setting."""
        request = pb.ShowClashesRequest(case_id=self.stamp.case_id, wanted=wanted(**more))
        return (await self.stub.ShowClashes(request)).clashes

    async def propose(self, *case_ids, seconds=2):
        """Propose, and answer the states that were told and the proposal."""
        request = pb.ProposeRequest(case_ids=case_ids, seconds=seconds)
        told = [one async for one in self.stub.Propose(request)]
        return [one.state for one in told], told[-1].proposal

    async def another(self):
        """Another case of the unit, whose hearing waits too."""
        before, self.bench.case_id = self.bench.case_id, str(new_id())
        await self.bench.grant()
        other = Setting(self.bench, await self.bench.granted(needs=needs()))
        self.bench.case_id = before
        return other

    def insert(self, table, *rows):
        """Rows put into the database of the service."""
        database = Database.open(self.bench.database_url)
        try:
            with database.writer.begin() as connection:
                connection.execute(table.insert(), list(rows))
        finally:
            database.close()

    def update(self, table, **values):
        """Every row of a table changed in the database of the service."""
        database = Database.open(self.bench.database_url)
        try:
            with database.writer.begin() as connection:
                connection.execute(table.update().values(values))
        finally:
            database.close()

    def away(self, owner, begins, ends):
        """Somebody, or a room, is busy with something else."""
        row = {"owner_id": owner, "source": "hand", "uid": str(new_id())}
        self.insert(busy, row | {"begins": begins, "ends": ends})


def needs():
    """Two hours, five members, one department, ten seats for the public."""
    return hearing_pb2.Needs(
        minutes=120, panel_size=5, public=True, public_seats=10, departments=["d-housing"]
    )


@pytest.fixture
async def setting(bench, settings):
    """A granted hearing and a register."""
    found = Setting(bench, await bench.granted(needs=needs()))
    vault = Vault(NodeKey.load(settings.keys))
    for row in _people():
        name = vault.seal_own(name_key(row["person_id"]), "王评议")
        found.insert(person, row | {"sealed_name": name})
    found.insert(room, _room(HALL, "s-changshuo", 40), _room(YARD, "s-lingfeng", 30))
    way = {"one": "s-changshuo", "other": "s-lingfeng", "minutes": 30}
    found.insert(travel, way)
    return found
