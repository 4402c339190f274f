"""A case at the mediators' table: every act through a writer on a real database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from kernel import migrate
from kernel.calendar import seed_calendar
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.holding import Vault
from kernel.identity import Caller, Kind, Role
from kernel.regulation import Profile
from kernel.sealing import NodeKey
from kernel.service import Law
from kernel.testing.clock import FakeClock
from kernel.unit_of_work import UnitOfWork
from mediation import commands_casework as todo
from mediation.commands import Matter, OpenMediation, Seen
from mediation.commands_consent import RecordConsent
from mediation.convert.events import encode
from mediation.domain.agreement import Part
from mediation.domain.assignment import Mediator
from mediation.domain.consent import TAKING_PART, Subject
from mediation.domain.parties import Capacity, Participant
from mediation.domain.registration import Registration
from mediation.domain.sessions import Draft
from mediation.domain.words import (
    AgreementForm,
    Asked,
    Attendance,
    Ending,
    Finding,
    MediationKind,
    SessionKind,
    SessionOutcome,
    Side,
    Signing,
)
from mediation.handlers import (
    agreeing,
    assigning,
    closing,
    consenting,
    finding,
    meeting,
    naming,
    opening,
)
from mediation.handlers.watching import LookAt, look
from mediation.office import Office
from mediation.storage.schema import metadata
from mediation.storage.tables import fact, write_grant
from mediation.storage.tables_watching import watch
from mediation.testing.willing import registered_as, voice_of, word_of

UNIT, PATH = "s-changshuo", "330523.002.000"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZHOU, WU = UUID(int=1), UUID(int=2)
LI, SUN = UUID(int=21), UUID(int=22)
NO_UNITS: Any = SimpleNamespace(units={}, title="{}（名称）".format, belongs_to=lambda a, b: a in b)
"""A directory in which nobody is found; opening asks only for the registering unit."""
Handler = Callable[..., Any]
TEXTS = dict.fromkeys(Part, "排水沟由吴家出工疏通")
PARTIES = (
    Participant(ZHOU, Side.APPLICANT, Capacity.PARTY),
    Participant(WU, Side.RESPONDENT, Capacity.PARTY),
)


def staff(name: str) -> Caller:
    """Somebody of the holder unit."""
    return Caller(Kind.STAFF, name, UNIT, UNIT, PATH, frozenset({Role.MEDIATOR}))


def known(mediator_id: UUID, **values: Any) -> Mediator:
    """A mediator of the unit's own committee."""
    fields = frozenset({"neighbour"})
    one = Mediator(mediator_id, f"u-{mediator_id.int}", UNIT, PATH, fields, staff="li")
    return one._replace(**values)


@dataclass
class Table:
    """A case at the mediators' table."""

    writer: Writer
    database: Database
    office: Office
    clock: FakeClock
    case_id: UUID
    version: int = 1
    epoch: int = 1

    async def run(self, handler: Handler, command: Any, who: str = "li", **more: Any) -> Any:
        """One command through the writer."""
        work = Work(partial(handler, **more), command, key=str(self.case_id), caller=staff(who))
        return await self.writer.submit(work)

    async def act(
        self,
        handler: Handler,
        command_type: type[Any],
        who: str = "li",
        *,
        sealed: bool = False,
        **values: Any,
    ) -> str:
        """One act on the case, seen as it is now; answers its state after it."""
        command = command_type(case_id=self.case_id, seen=Seen(self.epoch, self.version), **values)
        more = {"office": self.office} if sealed else {}
        stamp = await self.run(handler, command, who, **more)
        self.version = stamp.version
        return str(stamp.state)

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Rows as they are in the database."""
        with self.database.readers.connect() as connection:
            return [dict(row) for row in connection.execute(table.select()).mappings()]

    async def sweep(self) -> int:
        """Look at what has come to be told; answers how many facts that made."""
        work = Work(partial(look, office=self.office), LookAt(self.case_id), key=str(self.case_id))
        told: int = await self.writer.perform(work)
        return told

    def days(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The days that are watched, by what they are about."""
        mine = [row for row in self.rows(watch) if row["case_id"] == self.case_id]
        return {(row["about"], row["ref"]): row for row in mine}

    def kinds(self) -> list[str]:
        """Kinds of the facts, in order."""
        told = sorted(self.rows(fact), key=lambda row: row["fact_no"])
        return [row["kind"] for row in told if row["case_id"] == self.case_id]

    async def another(self, category: str = "neighbour") -> "Table":
        """Another case of the same unit."""
        other = replace(self, case_id=uuid4(), version=1, epoch=1)
        await other.begin(category)
        return other

    async def begin(self, category: str = "neighbour") -> None:
        """Grant and open the case, name its parties."""
        await self.run(_grant, self.case_id)
        matter = Matter(
            case_no="安昌硕〔2026〕1号",
            procedure="peoples_mediation",
            accepted=True,
            regulation="cn-2022@3",
            registering_unit=UNIT,
            category=category,
        )
        command = OpenMediation(self.case_id, 1, MediationKind.PEOPLES, "")
        more: dict[str, Any] = {
            "office": self.office,
            "matter": matter,
            "registration": Registration(),
        }
        await self.run(opening.open_mediation, command, **more)
        await self.name_parties()

    async def name_parties(self, **values: Any) -> str:
        """Two neighbours, one request; both want to be mediated, as everybody named does."""
        given = {"participants": PARTIES, "units": {}, "requests": (1,)}
        named: dict[str, Any] = given | values
        registration = registered_as(named["participants"], named["requests"])
        handler = partial(naming.name_parties, registration=registration)
        state = await self.act(handler, todo.NameParties, **named)
        people = named["participants"]
        for one in people:
            by = voice_of(one, people)
            if one.capacity in TAKING_PART and by is not None:
                await self.consent(one.party_id, by=by)
        return state

    async def consent(
        self, party_id: UUID, *subjects: Subject, by: Signing = Signing.SELF, **more: Any
    ) -> str:
        """What a party says; that it wants to be mediated unless told otherwise."""
        said = word_of(party_id, subjects, by, self.clock.now().date(), **more)
        return await self.act(consenting.record_consent, RecordConsent, **said)

    async def assign(self, *mediators: UUID) -> str:
        """Assign mediators."""
        who = mediators or (LI,)
        handler = partial(assigning.assign_mediators, office=self.office)
        return await self.act(handler, todo.AssignMediators, mediators=who)

    async def schedule(
        self, start: int = 1, hours: int = 1, session_id: UUID | None = None, **values: Any
    ) -> tuple[UUID, str]:
        """A session so many hours from now."""
        begin = self.clock.now() + start * HOUR
        draft = Draft(
            session_id or uuid4(),
            SessionKind.COUNTER,
            begin,
            begin + hours * HOUR,
            frozenset(),
            has_place=True,
        )
        given: dict[str, Any] = {"draft": draft, "where": "站里一楼", "parties": (ZHOU, WU)}
        state = await self.act(
            meeting.schedule_session, todo.ScheduleSession, sealed=True, **given | values
        )
        return draft.session_id, state

    async def hold(self, outcome: SessionOutcome = SessionOutcome.AGREED) -> str:
        """A session, held and recorded."""
        session_id, _ = await self.schedule()
        self.clock.advance(2 * HOUR)
        return await self.act(
            meeting.record_session,
            todo.RecordSession,
            sealed=True,
            session_id=session_id,
            outcome=outcome,
            came={ZHOU: Attendance.ATTENDED, WU: Attendance.ATTENDED},
            record="双方同意",
        )

    async def draft(self, form: AgreementForm = AgreementForm.WRITTEN, **values: Any) -> str:
        """A version of an agreement: money in ten days."""
        owed = todo.TermDraft(WU, date(2026, 12, 3), "赔偿", 500_000)
        given: dict[str, Any] = {"form": form, "texts": TEXTS, "terms": (owed,)} | values
        return await self.act(agreeing.draft_agreement, todo.DraftAgreement, sealed=True, **given)

    async def sign(
        self, hand: todo.Hand, party_id: UUID | None = None, version: int = 1, **values: Any
    ) -> str:
        """One hand."""
        given: dict[str, Any] = {"version": version, "hand": hand, "party_id": party_id} | values
        return await self.act(agreeing.sign_agreement, todo.SignAgreement, sealed=True, **given)

    async def sign_all(self, version: int = 1) -> list[str]:
        """Every hand; the state after each."""
        return [
            await self.sign(todo.Hand.PARTY, ZHOU, version),
            await self.sign(todo.Hand.PARTY, WU, version),
            await self.sign(todo.Hand.MEDIATOR, version=version),
            await self.sign(todo.Hand.SEAL, version=version),
        ]

    async def make_ready(self, asked: Asked = Asked.SATISFIED) -> None:
        """Facts, a finding and the resident's answer: what the guards want."""
        await self.act(finding.establish_facts, todo.EstablishFacts, sealed=True, what="现场看过")
        await self.act(
            finding.find_request,
            todo.FindRequest,
            sealed=True,
            request_no=1,
            finding=Finding.SETTLED,
            reasons="双方达成协议",
        )
        await self.act(finding.ask_resident, todo.AskResident, asked=asked)

    async def close(self, ending: Ending, who: str = "li") -> str:
        """Close the file."""
        return await self.act(
            closing.close_mediation, todo.CloseMediation, who, sealed=True, ending=ending
        )


def _grant(uow: UnitOfWork, case_id: UUID) -> None:
    """The right to write, as a registration brings it."""
    row = {"case_id": case_id, "epoch": 1, "unit": UNIT, "path": PATH, "state": "open"}
    uow.insert(write_grant, row)


def _keep(uow: UnitOfWork, mediators: tuple[Mediator, ...]) -> int:
    return assigning.keep_mediators(uow, todo.KeepMediators(mediators))


@asynccontextmanager
async def at_table(url: str, folder: Path, profile: Profile) -> AsyncIterator[Table]:
    """A case that was opened, with two mediators to choose from."""
    migrate.upgrade(url, "mediation")
    database, clock = Database.open(url), FakeClock(NOW)
    writer = Writer(database, metadata, clock=clock, encode=encode)
    law = Law.made_of(profile.id, [profile], seed_calendar())
    office = Office("anji", lambda: NO_UNITS, lambda: law, Vault(NodeKey.load(folder / "keys")))
    writer.start()
    case = Table(writer, database, office, clock, uuid4())
    try:
        await case.run(_keep, (known(LI), known(SUN, staff="sun")))
        await case.begin()
        yield case
    finally:
        await writer.stop()
        database.close()
