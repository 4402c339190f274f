"""Handlers of routing as the tests run them: the real writer on a real database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from kernel.calendar import seed_calendar
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.directory.reading import read_directory
from kernel.group_commit import Readers, Work, Writer
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.regulation import find_profile
from kernel.sealing import NodeKey
from kernel.testing.clock import FakeClock
from routing.commands.facts import Fact, RecordFact, TakeUpRegistration
from routing.convert.events import encode
from routing.handlers import facts, letter_box, registration
from routing.node import Node
from routing.steps.ground import Ground
from routing.steps.runner import Runner
from routing.storage import owed
from routing.storage.clocks import clock
from routing.storage.metadata import metadata
from routing.storage.tables import case_row, log_entry
from routing.sweeps import Sweeps
from routing.testing.book_part import BookPart

ROOT = Path(__file__).resolve().parents[4]
DIRECTORY = read_directory((ROOT / "deploy/samples/anji/directory.yaml").read_bytes())
PROFILE = find_profile("cn-2022", ROOT / "deploy/regulation")
PINNED = "cn-2022@2022.1"
SERVICES = ("intake",)


def day(text, hour=9, minute=0, second=0):
    """An instant of a day in Asia/Shanghai."""
    moment = datetime.fromisoformat(text).replace(hour=hour, minute=minute, second=second)
    return moment.replace(tzinfo=SHANGHAI).astimezone(UTC)


def staff(unit, name="", *roles):
    """A member of staff of a unit of the sample county."""
    site = DIRECTORY.units[unit].site
    path = DIRECTORY.path(site)
    held = frozenset(roles or (Role.TRIAGE, Role.HANDLER, Role.JOINT_OFFICE))
    return Caller(Kind.STAFF, name or f"staff-{unit}", site, unit, path, held)


@pytest.fixture
def at():
    """Makes an instant of a day in Asia/Shanghai."""
    return day


@pytest.fixture
def who():
    """Makes members of staff of a unit."""
    return staff


@dataclass
class Desk:
    """One node with its writer; `do` runs a handler as somebody."""

    node: Node
    database: Database
    writer: Writer
    clock: FakeClock
    ground: Ground

    async def do(self, handler, command, caller=None, *, bare=False):
        """Run a handler of this node; a bare one takes no node."""
        caller = caller or Caller(Kind.SERVICE, f"{self.node.code}/routing")
        bound = {} if bare else {"node": self.node}
        return await self.writer.perform(Work(partial(handler, **bound), command, caller=caller))

    async def register(self, unit="s-dipu", **values):
        """A case registered at a unit. Answers its id."""
        case_id = values.pop("case_id", None) or new_id()
        at = values.pop("at", self.clock.now())
        given = {
            "case_no": f"T{case_id.hex[-6:]}",
            "unit": unit,
            "path": DIRECTORY.path_of_unit(unit),
            "place_code": DIRECTORY.site_of(unit).codes[0],
            "category": "neighbour",
            "procedure": "petition",
            "purpose": "redress",
            "difficulty": "",
            "colour": "green",
            "channel": "visit",
            "received_at": at,
            "registered_at": at,
            "backlog": False,
            "urgent": False,
            "sealed_for": "",
            "about_units": (),
            "regulation": PINNED,
            "reachable": True,
            "headcount": 1,
            "litigation": False,
        }
        entry = self.fact(case_id, 1, "intake.registered", unit, at)
        await self.do(registration.take_up, TakeUpRegistration(fact=entry, **(given | values)))
        return case_id

    def fact(self, case_id, fact_no, kind, unit, at, **body):
        """A fact of intake."""
        return Fact("intake", fact_no, kind, case_id, 1, unit, f"staff-{unit}", at, body, {})

    async def record(self, case_id, kind, at=None, body=None, epoch=None, **values):
        """The next fact of intake on a case."""
        row = self.case(case_id)
        at = at or self.clock.now()
        entry = Fact(
            "intake",
            row["applied"].get("intake", 0) + 1,
            kind,
            case_id,
            epoch or row["epoch"],
            row["holder_unit"],
            "staff",
            at,
            body or {},
            {},
        )
        await self.do(facts.record, RecordFact(fact=entry, **values))

    async def open_letters(self):
        """Apply every letter that has arrived here."""
        while waiting := self.read(lambda c: owed.arrived_letters(c, 100)):
            for letter_id in waiting:
                await self.do(letter_box.open_letter, letter_id)

    async def settle(self):
        """Do every owed step, until nothing is owed."""
        runner = Runner(self.ground)
        for _ in range(100):
            if not await runner.round():
                return
        raise AssertionError("steps never end")

    async def sweep(self, to=None):
        """Let the sweeps act, at another time if one is given."""
        if to is not None:
            self.clock.set(to)
        sweeps = Sweeps(self.ground)
        for _ in range(50):
            if not await sweeps.round():
                return
            await self.open_letters()
        raise AssertionError("sweeps never end")

    def read(self, query):
        """Read with a connection."""
        with self.database.readers.connect() as connection:
            return query(connection)

    def rows(self, table, **equal):
        """Rows of a table with these values."""
        query = select(table).where(*[table.c[name] == value for name, value in equal.items()])
        return [dict(row) for row in self.read(lambda c: c.execute(query).mappings().all())]

    def case(self, case_id: UUID):
        """The case row."""
        (row,) = self.rows(case_row, case_id=case_id)
        return row

    def clocks(self, case_id):
        """Clocks of a case by id and unit."""
        return {(r["clock"], r["unit"]): r for r in self.rows(clock, case_id=case_id)}

    def log(self, case_id):
        """Kinds of the log in order."""
        rows = self.rows(log_entry, case_id=case_id)
        return [r["kind"] for r in sorted(rows, key=lambda r: (r["epoch"], r["n"]))]

    def seen(self, case_id):
        """What somebody who just looked has seen."""
        row = self.case(case_id)
        return {"case_id": case_id, "epoch": row["epoch"], "version": row["version"]}


@pytest.fixture(scope="session")
def county():
    """The sample directory with every site at the county's node."""
    return read_directory(_alone(DIRECTORY.file))


@pytest_asyncio.fixture
async def desk(database, tmp_path, county):
    """A county node that hosts every site."""
    clock = FakeClock(day("2026-03-02"))
    keys = NodeKey.load(tmp_path / "keys")
    node = Node(
        code=county.file.node,
        services=SERVICES,
        directory=lambda: county,
        profile=lambda _pinned: PROFILE,
        workdays=seed_calendar,
        keys=keys,
    )
    async with Writer(database, metadata, clock=clock, encode=encode) as writer:
        readers = Readers(database)
        book = BookPart()
        ground = Ground(node, writer, readers, clock, {"intake": book}, None)
        yield Desk(node, database, writer, clock, ground)
        readers.close()


def _alone(file):
    from msgspec.structs import replace  # noqa: PLC0415 (only here)

    from kernel.directory.reading import write_directory  # noqa: PLC0415 (only here)

    return write_directory(replace(file, delegations=()))
