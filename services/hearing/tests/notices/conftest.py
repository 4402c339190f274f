"""A hearing on a real database, whose changes are told; nothing else of the service runs."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.states import Act, State
from hearing.handlers.acting import Change, open_hearing, record
from hearing.handlers.noticing import owe
from hearing.office import Office
from hearing.storage.register import contact_key, name_key
from hearing.storage.schema import metadata
from hearing.storage.tables import (
    case_key,
    hearing,
    hearing_file,
    hearing_member,
    hearing_party,
    write_grant,
)
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_notices import notice
from hearing.storage.tables_register import person, room, tie
from kernel import migrate
from kernel.calendar import seed_calendar
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.holding import Seen, Vault
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.regulation import load_profile
from kernel.sealing import NodeKey
from kernel.service import Law
from kernel.testing.clock import FakeClock
from kernel.unit_of_work import EncodedEvent

UNIT, PATH = "s-changshuo", "330523.002.000"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
BEGINS = datetime(2026, 12, 14, 1, tzinfo=UTC)
CASE, ROOM = UUID(int=1), UUID(int=9)
ASKS, ANSWERS = UUID(int=11), UUID(int=12)
PEOPLE = {
    "chair": UUID(int=20),
    "panelist": UUID(int=21),
    "recorder": UUID(int=22),
    "representative": UUID(int=23),
    "optional": UUID(int=24),
}
KINDS = {
    "chair": "chair",
    "panelist": "lawyer",
    "recorder": "recorder",
    "representative": "representative",
    "optional": "resident",
}
ROOM_ROW = {
    "room_id": ROOM,
    "version": 1,
    "unit": UNIT,
    "site": UNIT,
    "path": PATH,
    "name": "三楼会议室",
    "capacity": 60,
    "begins": 510,
    "ends": 1050,
    "use": "own",
}
PROFILE = load_profile(Path(__file__).resolve().parents[4] / "deploy/regulation/cn-2022.yaml")
CLERK = Caller(Kind.STAFF, "li", UNIT, UNIT, PATH, frozenset({Role.MEDIATOR}))
FILE = {
    "case_id": CASE,
    "case_no": "安昌硕〔2026〕7号",
    "holder_unit": UNIT,
    "holder_path": PATH,
    "registering_unit": UNIT,
    "registering_path": PATH,
    "epoch": 1,
    "version": 1,
    "state": State.SET.value,
    "current": 1,
    "fact_no": 0,
    "procedure": "petition",
    "regulation": "cn-2022@3",
}
HEARING = {
    "case_id": CASE,
    "number": 1,
    "hearing_id": UUID(int=99),
    "state": State.SET.value,
    "asked_by": "resident",
    "asked_at": NOW,
    "minutes": 120,
    "panel_size": 5,
    "public": True,
    "public_seats": 20,
    "day": date(2026, 12, 14),
    "begins": BEGINS,
    "ends": BEGINS + timedelta(hours=2),
    "room_id": ROOM,
}


def _encode(event):
    fact = event.fact
    return EncodedEvent("hearing.fact", f"case.1.{fact.kind}", fact.case_id, b"{}")


def _insert(uow, rows):
    for table, row in rows:
        uow.insert(table, row)


def _party(party_id, role, **more):
    row = {"case_id": CASE, "number": 1, "party_id": party_id, "role": role, "side": role}
    return hearing_party, row | more


def _member(number, person_id, part, **more):
    row = {"case_id": CASE, "number": 1, "member_no": number, "person_id": person_id}
    values = {"part": part, "state": "named", "since": NOW}
    return hearing_member, row | values | more


@dataclass
class Hall:
    """A hearing that is set, and what is done to it."""

    database: Database
    writer: Writer
    office: Office
    clock: FakeClock
    keys: Path
    version: int = 1
    members: dict[str, UUID] = field(default_factory=lambda: dict(PEOPLE))
    clerk, case_id = CLERK, CASE

    async def do(self, handler, command=None, caller=CLERK):
        """One command through the writer."""
        return await self.writer.submit(Work(handler, command, key=str(CASE), caller=caller))

    async def tells(self, act, *what, swap=(), asked="", **values):
        """One act whose change is told; `swap` are members who go, with those who come."""
        kind = facts.CONFIRMED if act is Act.CONFIRM else facts.MOVED

        def handler(uow, _):
            opened = open_hearing(uow, CASE, Seen(1, self.version), act)
            for number, person_id, new in swap:
                key = {"case_id": CASE, "number": 1, "member_no": number}
                gone = uow.get(hearing_member, **key)
                uow.update(hearing_member, key, {"state": "replaced"})
                _insert(uow, [_member(new, person_id, gone["part"], replaces=number)])
            more = {"office": self.office, "values": values, "asked": asked}
            body = owe(uow, opened, set(what), **more)
            stamp = record(uow, opened, Change(kind, values, body))
            return stamp, body

        stamp, body = await self.do(handler)
        self.version = stamp.version
        return body

    async def confirm(self):
        """Everybody is called."""
        return await self.tells(Act.CONFIRM, What.CONFIRMED, confirmed_at=self.clock.now())

    async def act(self, handler, command_type, *, sealed=False, **values):
        """One command on the case, seen as it is now."""
        command = command_type(case_id=CASE, seen=Seen(1, self.version), **values)
        return await self.do(partial(handler, office=self.office) if sealed else handler, command)

    async def with_register(self):
        """A room, those who sit, a scholar, one who is tied to a party, one who only records."""
        rows = [(room, ROOM_ROW)]
        rows += [self._person(one, KINDS[part]) for part, one in PEOPLE.items()]
        rows += [self._person(UUID(int=31), "scholar"), self._person(UUID(int=32), "lawyer")]
        rows += [self._person(UUID(int=33), "recorder")]
        tied = {"person_id": UUID(int=32), "subject": str(ANSWERS), "at": NOW, "actor": "li"}
        await self.do(lambda uow, _: _insert(uow, [*rows, (tie, tied)]))

    async def takes_up(self, person_id):
        """Somebody has another hearing then."""
        row = {"owner_id": person_id, "hearing_id": UUID(int=98), "owner_kind": "person"}
        row |= {"part": "panelist", "site": "s-lingfeng"}
        times = {name: HEARING[name] for name in ("begins", "ends")}
        await self.do(lambda uow, _: uow.insert(booking, row | times))

    async def hears_along(self):
        """A hearing of another case is held with this one: its party is lent to it."""
        key, party_id = {"case_id": UUID(int=2), "number": 1}, UUID(int=13)
        file = FILE | {"case_id": UUID(int=2), "state": State.GRANTED.value}
        led = {"hearing_id": UUID(int=97), "led_by": HEARING["hearing_id"], "state": "granted"}
        times = dict.fromkeys(("day", "begins", "ends", "room_id"))
        table, row = _party(party_id, "applicant")
        grant = {"case_id": UUID(int=2), "epoch": 1, "unit": UNIT, "path": PATH, "state": "open"}
        rows = [(hearing_file, file), (hearing, HEARING | key | led | times), (table, row)]
        rows += [(table, row | key), (write_grant, grant)]
        await self.do(lambda uow, _: _insert(uow, rows))
        return key | {"party_id": party_id}

    def _person(self, person_id, kinds):
        name = self.office.vault.seal_own(name_key(person_id), f"某{person_id.int}")
        contact = self.office.vault.seal_own(contact_key(person_id), "138-0000-1234")
        row = {"person_id": person_id, "version": 1, "unit": UNIT, "path": PATH, "kinds": kinds}
        row |= {"begins": 510, "ends": 1050, "sealed_name": name, "sealed_contact": contact}
        return person, row

    def mark(self, notice_id, state="failed"):
        """What came of the last try of a notice; it did not work unless said otherwise."""
        mine = notice.update().where(notice.c.notice_id == notice_id)
        with self.database.writer.begin() as connection:
            connection.execute(mine.values(state=state, next_try_at=None))

    def rows(self, table, **wanted):
        """Rows as they are in the database."""
        with self.database.readers.connect() as connection:
            rows = [dict(row) for row in connection.execute(table.select()).mappings()]
        return [row for row in rows if all(row[name] == wanted[name] for name in wanted)]


@pytest.fixture
async def hall(database_url, tmp_path):
    """A hearing with two parties and five people of the register, on each kind of database."""
    migrate.upgrade(database_url, "hearing")
    database, keys, clock = Database.open(database_url), tmp_path / "keys", FakeClock(NOW)
    vault = Vault(NodeKey.load(keys))
    law = Law.made_of("cn-2022", [PROFILE], seed_calendar())
    directory: Any = SimpleNamespace(units={}, phone=lambda _: "")
    office = Office("anji", lambda: directory, lambda: law, vault)
    rows = [(hearing_file, FILE), (hearing, HEARING)]
    rows += [_party(ASKS, "applicant"), _party(ANSWERS, "respondent")]
    rows += [_party(new_id(), "respondent", unit_id="u-anji-jiaotong")]
    rows += [_member(no, one, part) for no, (part, one) in enumerate(PEOPLE.items(), start=1)]
    grant = {"case_id": CASE, "epoch": 1, "unit": UNIT, "path": PATH, "state": "open"}
    rows += [(write_grant, grant)]
    async with Writer(database, metadata, clock=clock, encode=_encode) as writer:
        hall = Hall(database, writer, office, clock, keys)
        await hall.do(lambda uow, _: _insert(uow, rows))
        await hall.do(lambda uow, _: office.vault.known_or_new(uow, case_key, CASE))
        yield hall
    database.close()


@pytest.fixture
def hall_row():
    """What an invitation to the hearing says, but for its method."""
    return {
        "uid": f"{HEARING['hearing_id']}@lianxin",
        "sequence": 3,
        "begins": HEARING["begins"],
        "ends": HEARING["ends"],
        "at": NOW,
        "summary": "听证 安昌硕〔2026〕7号",
        "place": "三楼会议室",
        "office": (UNIT, "昌硕街道"),
        "recipient": str(PEOPLE["chair"]),
    }
