"""Whatever is done, in whatever order: one current hearing, a fact for each act, nobody twice."""

import asyncio
import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hearing.commands.base import Seen
from hearing.commands.requesting import (
    AskHearing,
    CancelHearing,
    DecideHearing,
    LookAtDecision,
    RequestHearing,
    WithdrawHearing,
)
from hearing.convert.events import encode
from hearing.domain import facts, words
from hearing.domain.matter import Matter, Registration
from hearing.domain.requesting import Needs
from hearing.domain.states import Act, State
from hearing.domain.words import AskedBy, OverWhy
from hearing.handlers.acting import Change, open_hearing, record
from hearing.handlers.booking import book, free
from hearing.handlers.case_part import PART
from hearing.handlers.deciding import (
    cancel_hearing,
    decide_hearing,
    look_at_decision,
    withdraw_hearing,
)
from hearing.handlers.part_export import export_part
from hearing.handlers.part_import import import_part
from hearing.handlers.requesting import Known, ask_hearing, request_hearing
from hearing.office import Office
from hearing.scheduling.plan.problem import Planned
from hearing.storage.schema import metadata
from hearing.storage.tables import fact, hearing, hearing_file
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_register import person, room
from kernel import migrate
from kernel.calendar import seed_calendar
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.errors import Refusal
from kernel.group_commit import Work, Writer
from kernel.holding import EndGrant, ImportPart, Keep, Release, Vault
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.regulation import load_profile
from kernel.sealing import NodeKey
from kernel.service import Law
from kernel.testing.clock import FakeClock

ROOT = Path(__file__).resolve().parents[3]
UNIT, PATH = "s-changshuo", "330523.002.000"
HEAD = Caller(Kind.STAFF, "head", UNIT, UNIT, PATH, frozenset({Role.COMMITTEE_HEAD}))
ROOM, CHAIRS = uuid4(), (uuid4(), uuid4())
DAY = dt.date(2026, 12, 1)
BEGINS = (dt.time(9), dt.time(10), dt.time(14))
GIVEN_UP = {"requested", "granted", "refused", "withdrawn", "cancelled"}
KNOWN = Known(
    Matter("安昌硕〔2026〕1号", "petition", "demolition", True, "cn-2022@2022.1", UNIT),
    Registration(),
)


@dataclass
class Ground:
    """A writer on a real database, with a room and two chairs on the register."""

    writer: Writer
    database: Database
    office: Office
    clock: FakeClock

    async def run(self, handler, command, key, **more):
        """One command through the writer."""
        work = Work(partial(handler, **more), command, key=str(key), caller=HEAD)
        return await self.writer.perform(work)

    def rows(self, table):
        """Rows as they are in the database."""
        with self.database.readers.connect() as connection:
            return [dict(row) for row in connection.execute(table.select()).mappings()]


@dataclass
class Case:
    """A case that was granted, and the epoch that is seen of it."""

    ground: Ground
    case_id: object
    epoch: int = 1

    def file(self):
        """Its file; None before the first request."""
        rows = [row for row in self.ground.rows(hearing_file) if row["case_id"] == self.case_id]
        return rows[0] if rows else None

    async def act(self, handler, command, *, office=True, **values):
        """One act, seen as the case is now."""
        file = self.file()
        seen = Seen(self.epoch, file["version"] if file else 0)
        more = {"office": self.ground.office} if office else {}
        wanted = command(case_id=self.case_id, seen=seen, **values)
        await self.ground.run(handler, wanted, self.case_id, **more)


@dataclass(frozen=True)
class OnCase:
    """What the acts of other parts of hearing carry, as far as it matters here."""

    case_id: object
    seen: Seen
    n: int = 0


def put(uow, command):
    """Set a time as scheduling does: what was booked is freed, the new time is booked."""
    opened = open_hearing(uow, command.case_id, command.seen, Act.SET)
    begins = BEGINS[command.n % 3]
    ends = dt.time(begins.hour + 2)
    planned = Planned(
        str(opened.hearing_id), DAY, begins, ends, str(ROOM), str(CHAIRS[command.n % 2]), (), {}
    )
    free(uow, opened.hearing_id)
    book(uow, opened.hearing_id, planned)
    at = dt.datetime.combine(DAY, begins, SHANGHAI)
    values = {"day": DAY, "begins": at, "ends": at + dt.timedelta(hours=2), "room_id": ROOM}
    return record(uow, opened, Change(facts.SET, values))


def moved(uow, command, *, act, kind):
    """An act that moves the state and says so."""
    opened = open_hearing(uow, command.case_id, command.seen, act)
    return record(uow, opened, Change(kind))


async def request(case, n):
    """The handler asks, or a resident by a door."""
    more = {"known": KNOWN}
    if n % 3 == 0:
        wanted, ground = AskHearing(case.case_id, "请求听证"), case.ground
        await ground.run(ask_hearing, wanted, case.case_id, office=ground.office, **more)
        return
    await case.act(
        partial(request_hearing, **more),
        RequestHearing,
        asked_by=AskedBy.HANDLER,
        triggers=("strong_dispute",),
        elsewhere=(),
        needs=Needs(),
        reason="争议大",
    )


async def decide(case, n):
    """Granted mostly."""
    granted = n % 4 != 0
    ground = None if granted else words.Ground.CLEAR_FACTS
    given = {"granted": granted, "ground": ground, "reason": "r", "needs": None}
    await case.act(decide_hearing, DecideHearing, **given)


async def hand_over(case, n):
    """The case goes out and comes back, or stays after all."""
    ground, handoff = case.ground, new_id()
    said = await ground.run(PART.release, Release(handoff, case.case_id, case.epoch), case.case_id)
    if not said.released:
        return
    if n % 2:
        kept = Keep(handoff, case.case_id, case.epoch, UNIT, PATH)
        await ground.run(PART.keep, kept, case.case_id)
        return
    wanted = SimpleNamespace(case_id=case.case_id, handoff_id=handoff)
    part = await ground.run(export_part, wanted, case.case_id, office=ground.office)
    case.epoch += 1
    taken = ImportPart(handoff, case.case_id, case.epoch, UNIT, PATH, part, ())
    await ground.run(import_part, taken, case.case_id, office=ground.office)


async def end_and_reopen(case, _):
    """The case ends by an act of its own, and goes on at the next epoch."""
    ground = case.ground
    await ground.run(PART.end_grant, EndGrant(case.case_id, case.epoch, "withdrawn"), case.case_id)
    case.epoch += 1
    taken = ImportPart(new_id(), case.case_id, case.epoch, UNIT, PATH, None, ())
    await ground.run(import_part, taken, case.case_id, office=ground.office)


async def silence(case, _):
    """Days pass, and the sweep looks."""
    case.ground.clock.advance(dt.timedelta(days=10))
    await case.ground.run(look_at_decision, LookAtDecision(case.case_id), case.case_id)


async def let_go(case, n):
    """Taken back, or cancelled with a reason."""
    if n % 2:
        await case.act(withdraw_hearing, WithdrawHearing, reason="r")
    else:
        await case.act(cancel_hearing, CancelHearing, why=OverWhy.SETTLED, reason="r")


def moving(act, kind):
    """A step that is one act of another part of hearing."""

    async def step(case, _):
        await case.act(partial(moved, act=act, kind=kind), OnCase, office=False)

    return step


async def set_time(case, n):
    """A time by hand."""
    await case.act(put, OnCase, office=False, n=n)


STEPS = {
    "request": request,
    "decide": decide,
    "set": set_time,
    "unset": moving(Act.UNSET, facts.UNSET),
    "confirm": moving(Act.CONFIRM, facts.CONFIRMED),
    "postpone": moving(Act.POSTPONE, facts.POSTPONED),
    "open": moving(Act.OPEN, facts.OPENED),
    "adjourn": moving(Act.ADJOURN, facts.ADJOURNED),
    "confer": moving(Act.CONFER, facts.CONFERRING),
    "conclude": moving(Act.CONCLUDE, facts.CONCLUDED),
    "cancel": moving(Act.CANCEL, facts.CANCELLED),
    "let_go": let_go,
    "hand_over": hand_over,
    "end": end_and_reopen,
    "silence": silence,
}


def check(ground, cases):
    """What holds after every step."""
    states = {row["hearing_id"]: row["state"] for row in ground.rows(hearing)}
    for case in cases:
        check_case(ground, case)
    taken = ground.rows(booking)
    assert all(states[row["hearing_id"]] not in GIVEN_UP for row in taken)
    for one, other in combinations(taken, 2):
        if one["owner_id"] == other["owner_id"]:
            assert one["ends"] <= other["begins"] or other["ends"] <= one["begins"]


def check_case(ground, case):
    """One current hearing, those before it over, and a fact for every step of the file."""
    file = case.file()
    told = [row for row in ground.rows(fact) if row["case_id"] == case.case_id]
    kinds = [row["kind"] for row in told]
    if file is None:
        assert kinds == []
        return
    mine = [row for row in ground.rows(hearing) if row["case_id"] == case.case_id]
    mine.sort(key=lambda row: row["number"])
    assert [row["number"] for row in mine] == list(range(1, file["current"] + 1))
    assert all(State(row["state"]).over for row in mine[:-1])
    assert mine[-1]["state"] == file["state"]
    assert sorted(row["fact_no"] for row in told) == list(range(1, file["fact_no"] + 1))
    assert kinds.count(facts.REQUESTED) == file["current"]
    decided = sum(row["decision"] != "" for row in mine)
    assert kinds.count(facts.DECIDED) == decided


async def play(ground, steps):
    """Two cases that want the same room and chairs."""
    await ground.run(_clear, None, "ground")
    cases = []
    for _ in range(2):
        case = Case(ground, uuid4())
        granted = ImportPart(None, case.case_id, 1, UNIT, PATH, None, ())
        await ground.run(import_part, granted, case.case_id, office=ground.office)
        cases.append(case)
    for name, which, n in steps:
        with suppress(Refusal):
            await STEPS[name](cases[which], n)
        check(ground, cases)
    return cases


def _clear(uow, _):
    """Times of the examples before are over."""
    for owner in (ROOM, *CHAIRS):
        for row in uow.find(booking, owner_id=owner):
            uow.delete(booking, owner_id=owner, hearing_id=row["hearing_id"])


def _register(uow, _):
    uow.insert(
        room,
        {
            "room_id": ROOM,
            "version": 1,
            "unit": UNIT,
            "site": UNIT,
            "path": PATH,
            "name": "听证室",
            "capacity": 40,
            "begins": 480,
            "ends": 1080,
            "use": "node",
        },
    )
    for one in CHAIRS:
        uow.insert(
            person,
            {
                "person_id": one,
                "version": 1,
                "unit": UNIT,
                "path": PATH,
                "kinds": "chair",
                "begins": 480,
                "ends": 1080,
                "sealed_name": b"x",
            },
        )


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A runner, and a writer on SQLite that all examples share."""
    folder = tmp_path_factory.mktemp("sequences")
    url = f"sqlite:///{folder / 'hearing.db'}"
    migrate.upgrade(url, "hearing")
    profile = load_profile(ROOT / "deploy/regulation/cn-2022.yaml")
    law = Law.made_of(profile.id, [profile], seed_calendar())
    directory = SimpleNamespace(units={})
    office = Office("anji", lambda: directory, lambda: law, Vault(NodeKey.load(folder / "keys")))
    clock, database = FakeClock(), Database.open(url)
    with asyncio.Runner() as runner:
        writer = Writer(database, metadata, clock=clock, encode=encode)
        made = Ground(writer, database, office, clock)

        async def begin():
            writer.start()
            await made.run(_register, None, "ground")

        runner.run(begin())
        yield runner, made
        runner.run(writer.stop())
    database.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 1), st.integers(0, 11)),
        min_size=6,
        max_size=24,
    )
)
def test_no_sequence_leaves_two_current_hearings_or_books_anybody_twice(ground, steps):
    """After every step: one current hearing a case, a fact for each act, bookings apart."""
    runner, made = ground
    cases = runner.run(play(made, steps))
    assert len(cases) == 2


def test_a_whole_way_to_the_conclusion_and_a_second_hearing_hold_too(ground):
    """So that the property is not empty: both cases want one time, and one is concluded."""
    runner, made = ground
    way = ["decide", "set", "confirm", "open", "adjourn", "set", "confirm", "open", "confer"]
    steps = [("request", 0, 1), *((name, 0, 1) for name in way), ("conclude", 0, 1)]
    rival = [("request", 1, 1), ("decide", 1, 1), ("set", 1, 1)]
    first, second = runner.run(play(made, [*rival, *steps, ("request", 0, 1)]))
    assert (first.file()["state"], first.file()["current"]) == ("granted", 1)
    assert second.file()["state"] == "set"
    free_again = [*rival, ("unset", 1, 1), *steps, ("request", 0, 1)]
    first, second = runner.run(play(made, free_again))
    assert (first.file()["state"], first.file()["current"]) == ("concluded", 1)  # not served yet
    assert second.file()["state"] == "granted"
    again = [("request", 0, 1), ("cancel", 0, 1), ("request", 0, 1)]
    first, _ = runner.run(play(made, again))
    assert (first.file()["state"], first.file()["current"]) == ("requested", 2)
