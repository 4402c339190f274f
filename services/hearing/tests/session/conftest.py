"""A hearing to which people were called, on real databases: acts go through a writer."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from hearing.commands import conclusion as after
from hearing.commands import session as todo
from hearing.commands.base import Seen
from hearing.convert.events import encode
from hearing.domain.session_words import Came, Opinion, ReadOut, ServiceMethod, Signing, Stage
from hearing.handlers import (
    concluding,
    conferring,
    holding_session,
    opening,
    publishing,
    serving,
    watching_conclusion,
)
from hearing.office import Office
from hearing.storage.schema import metadata
from hearing.storage.tables import (
    fact,
    hearing,
    hearing_file,
    hearing_member,
    hearing_party,
    write_grant,
)
from hearing.storage.tables_session import attendance
from kernel import migrate
from kernel.calendar import seed_calendar
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.holding import Vault
from kernel.identity import Caller, Kind, Role
from kernel.regulation import load_profile
from kernel.sealing import NodeKey
from kernel.service import Law
from kernel.testing.clock import FakeClock

UNIT, PATH = "s-changshuo", "330523.002.000"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)  # a Monday, 9 in the morning
DAY = date(2026, 11, 23)
ZHOU, WU = UUID(int=1), UUID(int=2)
ASKING, ANSWERING = f"party:{ZHOU}", f"party:{WU}"
CHAIR, RECORDER, PANEL = 1, 2, (3, 4, 5, 6, 7)
DEPARTMENT, RESERVE = 8, 9
PARTS = {
    CHAIR: "chair",
    RECORDER: "recorder",
    **dict.fromkeys(PANEL, "panelist"),
    DEPARTMENT: "representative",
    RESERVE: "optional",
}
TEXT = "申请人的主张有事实依据，部分支持。"


def staff(name, unit=UNIT):
    """Somebody of the holder unit."""
    return Caller(Kind.STAFF, name, unit, unit, PATH, frozenset({Role.MEDIATOR}))


@dataclass
class Hall:
    """A hearing, and what a clerk does at it."""

    writer: Writer
    database: Database
    office: Office
    clock: FakeClock
    case_id: UUID = field(default_factory=uuid4)
    version: int = 1

    async def run(self, handler, command, who="li", unit=UNIT, **more):
        """One command through the writer."""
        work = Work(
            partial(handler, **more), command, key=str(self.case_id), caller=staff(who, unit)
        )
        return await self.writer.submit(work)

    async def act(self, handler, what, who="li", /, *, plain=False, **values):
        """One act on the case as it is now; answers what the handler answers."""
        command = what(case_id=self.case_id, seen=Seen(1, self.version), **values)
        done = await self.run(handler, command, who, **({} if plain else {"office": self.office}))
        self.version = getattr(done, "stamp", done).version
        return done

    def rows(self, table):
        """Rows of this case as they are in the database."""
        query = table.select().where(table.c.case_id == self.case_id)
        with self.database.readers.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def file(self):
        """The file of the case."""
        return self.rows(hearing_file)[0]

    def hearing(self):
        """Its hearing."""
        return self.rows(hearing)[0]

    def kinds(self):
        """Kinds of the facts, in order."""
        return [one["kind"] for one in sorted(self.rows(fact), key=lambda row: row["fact_no"])]

    async def begin(self, **values):
        """A hearing to which everybody was called for today."""
        self.clock.set(NOW)
        await self.run(_call, {"hall": self, "values": values})

    def everybody(self, **away):
        """Everybody who was called came, but for those named, e.g. `member3=Came.ABSENT`."""
        whole = dict.fromkeys([f"member:{no}" for no in PARTS], Came.PRESENT)
        whole |= {ASKING: Came.PRESENT, ANSWERING: Came.PRESENT}
        return whole | {f"member:{who.removeprefix('member')}": how for who, how in away.items()}

    async def open(self, came=None, **values):
        """Open it."""
        given = {"came": came or self.everybody(), "recusal_asked": True} | values
        return await self.act(opening.open_session, todo.OpenHearing, **given)

    async def stage(self, stage):
        """The next stage."""
        return await self.act(holding_session.take_stage, todo.TakeStage, stage=stage)

    async def hear(self):
        """All stages to the last words."""
        for stage in tuple(Stage)[1:]:
            await self.stage(stage)

    async def minutes(self):
        """Minutes, signed by everybody who is there."""
        await self.act(holding_session.keep_minutes, todo.KeepMinutes, text="双方各自陈述。")
        there = [who for who, how in self.came().items() if how.takes_part]
        return await self.sign(there)

    def came(self):
        """What came of each call to the newest sitting."""
        rows = self.rows(attendance)
        newest = max((row["sitting_no"] for row in rows), default=0)
        return {row["attendee"]: Came(row["came"]) for row in rows if row["sitting_no"] == newest}

    async def sign(self, who, version_no=1, signing=Signing.SIGNED, reason=""):
        """Hands under the minutes."""
        return await self.act(
            holding_session.sign_minutes,
            todo.SignMinutes,
            version_no=version_no,
            attendees=tuple(who),
            signing=signing,
            reason=reason,
        )

    async def confer(self):
        """The panel withdraws."""
        return await self.act(conferring.confer, todo.Confer)

    async def opinion(self, member_no, opinion=Opinion.PARTLY):
        """What one member holds."""
        return await self.act(
            conferring.give_opinion,
            after.GiveOpinion,
            member_no=member_no,
            opinion=opinion,
            reasons="事实清楚。",
        )

    async def conclude(self, read_out=ReadOut.ON_THE_SPOT):
        """Conclude."""
        return await self.act(
            concluding.conclude,
            after.Conclude,
            read_out=read_out,
            found="排水沟被堵。",
            reasons="相邻关系。",
            text=TEXT,
        )

    async def held(self, opinions=(Opinion.PARTLY,) * 5):
        """Opened, heard out, conferred, concluded."""
        await self.open()
        await self.hear()
        await self.minutes()
        await self.confer()
        for no, said in zip(PANEL, opinions, strict=True):
            await self.opinion(no, said)
        return await self.conclude()

    async def serve(self, party_id, **values):
        """One service."""
        given = {
            "party_id": party_id,
            "through_id": None,
            "method": ServiceMethod.DIRECT,
            "served_on": self.clock.now().date(),
            "served_by": "李",
            "receipt_no": "SD-1",
            "note": "",
            "corrects": None,
        }
        return await self.act(serving.serve_conclusion, after.ServeConclusion, **given | values)

    async def serve_all(self):
        """Both parties."""
        await self.serve(ZHOU)
        return await self.serve(WU)

    async def consent(self, party_id, *, given=True, on_day=DAY):
        """A party's written word."""
        return await self.act(
            publishing.note_consent,
            after.NoteConsent,
            party_id=party_id,
            given=given,
            on_day=on_day,
            paper="卷二第3页",
        )

    async def propose(self, text=TEXT, days=30, who="li", *, named=False):
        """A preview; `named`: intake found a party in it."""
        until = self.clock.now().date() + timedelta(days)
        return await self.act(
            partial(publishing.propose_publication, named=named),
            after.ProposePublication,
            who,
            text=text,
            take_down_on=until,
        )

    async def decide(self, no=1, who="sun", *, approved=True, named=False):
        """A second person's word."""
        return await self.act(
            partial(publishing.decide_publication, named=named),
            after.DecidePublication,
            who,
            publication_no=no,
            approved=approved,
        )

    async def sweep(self):
        """What has come is told; answers how many facts that made."""
        command = after.LookAtConclusion(self.case_id)
        work = Work(watching_conclusion.look_at_conclusion, command, key=str(self.case_id))
        return await self.writer.perform(work)

    async def another(self, **values):
        """Another case of the same unit with a hearing of its own."""
        other = Hall(self.writer, self.database, self.office, self.clock)
        await other.begin(**values)
        return other


def _call(uow, command):
    hall, given = command["hall"], command["values"]
    state = given.pop("state", "noticed")
    first, second = given.pop("parties", (ZHOU, WU))
    never_public = given.pop("never_public", False)
    case = {"case_id": hall.case_id}
    key = case | {"number": 1}
    uow.insert(write_grant, case | {"epoch": 1, "unit": UNIT, "path": PATH, "state": "open"})
    hall.office.vault.known_or_new(uow, metadata.tables["case_key"], hall.case_id)
    file = {
        "case_no": "安昌硕〔2026〕1号",
        "holder_unit": UNIT,
        "holder_path": PATH,
        "registering_unit": UNIT,
        "registering_path": PATH,
        "epoch": 1,
        "version": 1,
        "state": state,
        "current": 1,
        "fact_no": 1,
        "procedure": "petition",
        "regulation": "cn-2022@3",
        "never_public": never_public,
    }
    known = set(hearing_file.columns.keys())
    uow.insert(hearing_file, case | {name: one for name, one in file.items() if name in known})
    set_for = {"day": DAY, "begins": NOW, "ends": NOW + timedelta(hours=3), "room_id": uuid4()}
    row = {
        "hearing_id": uow.new_id(),
        "state": state,
        "asked_by": "resident",
        "asked_at": NOW,
        "minutes": 180,
        "panel_size": 5,
        "public": True,
    }
    uow.insert(hearing, key | row | (set_for if state == "noticed" else {}) | given)
    for side, party_id in (("applicant", first), ("respondent", second)):
        party = {"party_id": party_id, "role": side, "side": side}
        uow.insert(hearing_party, key | party)
    if state == "noticed":
        for no, part in PARTS.items():
            member = {"member_no": no, "person_id": UUID(int=100 + no), "part": part}
            uow.insert(hearing_member, key | member | {"state": "named", "since": uow.now})


@pytest.fixture(scope="session")
def profile():
    """The national profile."""
    root = Path(__file__).resolve().parents[4]
    return load_profile(root / "deploy/regulation/cn-2022.yaml")


@asynccontextmanager
async def at_hall(url, folder, profile):
    """A hearing to which people were called."""
    migrate.upgrade(url, "hearing")
    database, clock = Database.open(url), FakeClock(NOW)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    law = Law.made_of(profile.id, [profile], seed_calendar())
    directory: Any = SimpleNamespace(units={}, title=lambda unit: unit)
    vault = Vault(NodeKey.load(folder / "keys"))
    writer.start()
    one = Hall(writer, database, Office("anji", lambda: directory, lambda: law, vault), clock)
    try:
        yield one
    finally:
        await writer.stop()
        database.close()


@pytest.fixture
async def hall(database_url, tmp_path, profile):
    """A hearing on each kind of database."""
    async with at_hall(database_url, tmp_path, profile) as opened:
        await opened.begin()
        yield opened


@pytest.fixture
async def quick(tmp_path, profile):
    """A hearing on SQLite, for rules that need no second database."""
    async with at_hall(f"sqlite:///{tmp_path / 'test.db'}", tmp_path, profile) as opened:
        await opened.begin()
        yield opened
