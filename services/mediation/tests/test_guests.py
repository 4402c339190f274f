"""A mediator of another unit reads and acts on the one case that was assigned, so long."""

from datetime import timedelta
from functools import partial

import pytest

from kernel.holding import NoteCustody
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import (
    due_pb2,
    due_pb2_grpc,
    file_pb2,
    file_pb2_grpc,
    joining_pb2,
    mediation_pb2,
)
from mediation.commands_casework import AssignMediators
from mediation.domain.of_mediators import OF_MEDIATORS
from mediation.domain.states import Act
from mediation.handlers.assigning import assign_mediators
from mediation.handlers.telling import note_custody
from mediation.storage.tables import case_access, read_audit
from mediation.testing.table import SUN, _keep, known

ZHOU, WU, SHEN, FANG, LI, MET = (str(new_id()) for _ in range(6))
UNIT, TO, TO_PATH = "s-changshuo", "s-lingfeng", "330523.003.000"
COMMITTEE, COUNTY = "u-anji-yitiaowei", "330523.000.000"
PEOPLES = mediation_pb2.MEDIATION_KIND_PEOPLES


def staff(name, unit, path, *roles):
    """A member of staff."""
    return Caller(Kind.STAFF, name, unit, unit, path, frozenset(roles))


GUEST = staff("tj.shen", COMMITTEE, COUNTY, Role.MEDIATOR)
HEAD = staff("tj.fang", COMMITTEE, COUNTY, Role.MEDIATOR, Role.COMMITTEE_HEAD)
OFFICE = staff("county", "s-anji", COUNTY, Role.COMMITTEE_HEAD)


def entry(mediator_id, account, unit=COMMITTEE, **more):
    """A mediator of the register."""
    given = {"kinds": [PEOPLES], "load_limit": 10} | more
    return pb.MediatorEntry(mediator_id=mediator_id, staff=account, unit_id=unit, **given)


class House:
    """A case of a station and the mediators of a committee of the county."""

    def __init__(self, bench):
        self.bench, self.version, self.epoch = bench, 1, 1

    def call(self, name, caller=None, **values):
        """One call on the case as it was seen last."""
        kept_in = joining_pb2 if name in {"JoinKind", "LeaveKind"} else pb
        request = getattr(kept_in, f"{name}Request")(
            request_id=str(new_id()),
            case_id=self.bench.case_id,
            epoch=self.epoch,
            version=self.version,
            **values,
        )
        return getattr(self.bench.mediation(caller), name)(request)

    async def act(self, name, caller=None, **values):
        """One act; answers the state after it."""
        done = await self.call(name, caller, **values)
        self.version = done.stamp.version
        return done.stamp.state

    async def keep(self, *entries):
        """Told by the county."""
        told = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=entries)
        await self.bench.mediation(OFFICE).KeepMediators(told)

    def files(self, caller=GUEST):
        """The stub that reads files."""
        return file_pb2_grpc.MediationFileServiceStub(self.bench.line(caller))

    async def file(self, caller=GUEST):
        """The file."""
        asked = file_pb2.GetFileRequest(case_id=self.bench.case_id)
        return (await self.files(caller).GetFile(asked)).file

    async def mine(self, caller=GUEST, **wanted):
        """Cases of one's own list, and of one's own list of days."""
        asked = file_pb2.ListMediationsRequest(**wanted)
        listed = (await self.files(caller).ListMediations(asked)).mediations
        door = due_pb2_grpc.MediationDueServiceStub(self.bench.line(caller))
        days = (await door.ListDue(due_pb2.ListDueRequest(**wanted))).lines
        own = {self.bench.case_id}
        assert {one.case_id for one in days} <= own
        assert {one.mediation.case_id for one in listed} <= own
        return bool(listed), bool(days)

    async def shut(self, caller=GUEST):
        """Whether somebody finds nothing and can do nothing."""
        read = await self.bench.refused(self.file(caller))
        written = await self.bench.refused(self.call("EstablishFacts", caller, facts="看过"))
        assert await self.mine(caller) == (False, False)
        return read.reason == "MEDIATION_MISSING" and written.reason in {
            "NOT_THE_HOLDER",
            "CUSTODY_MOVED",
            "MEDIATION_MISSING",
        }

    async def assign(self, *mediators):
        """By the holder."""
        return await self.act("AssignMediators", mediator_ids=mediators)

    async def schedule(self, caller=None):
        """A session in an hour."""
        begin = self.bench.clock.now() + timedelta(hours=1)
        session = {
            "session_id": MET,
            "kind": pb.SESSION_KIND_COUNTER,
            "joining": pb.JOINING_JOINT,
            "starts_at": begin,
            "ends_at": begin + timedelta(hours=1),
            "place": "站里一楼",
            "party_ids": [ZHOU, WU],
        }
        return await self.act("ScheduleSession", caller, **session)


@pytest.fixture
async def house(bench):
    """Both parties want to be mediated; the county keeps the register."""
    bench.routing.units = {"tj.shen": COMMITTEE, "tj.fang": COMMITTEE, "li": UNIT}
    for party_id in (ZHOU, WU):
        bench.intake.register(party_id)
    await bench.open()
    found = House(bench)
    await found.keep(entry(SHEN, "tj.shen"), entry(FANG, "tj.fang"), entry(LI, "li", "s-changshuo"))
    people = [
        pb.Participant(party_id=ZHOU, side=pb.SIDE_APPLICANT, capacity=pb.CAPACITY_PARTY),
        pb.Participant(party_id=WU, side=pb.SIDE_RESPONDENT, capacity=pb.CAPACITY_PARTY),
    ]
    await found.act("NameParties", participants=people, requests=[1])
    for party_id in (ZHOU, WU):
        found.version = await bench.willing(party_id, found.version)
    return found


async def test_who_is_assigned_reads_the_file_with_the_matter_and_is_on_record(house, bench):
    """Nothing before; then list, days and file, each reading on record; no colleague sees it."""
    assert await house.shut()
    await house.assign(SHEN)
    await house.schedule()
    assert await house.mine() == (True, True)
    assert await house.mine(unit_id=COMMITTEE) == (False, False)
    file = await house.file()
    assert [one.name for one in file.matter.parties] == ["周阿福", "周阿福"]
    assert [one.reads for one in file.assignments] == [True]
    assert bench.intake.told_to == [("tj.shen", True)]
    read = [(row["caller"], row["method"]) for row in bench.rows(read_audit)]
    assert read == [("tj.shen", "GetFile")]
    assert await house.shut(HEAD)
    assert await house.shut(staff("tj.shen-too", COMMITTEE, COUNTY, Role.MEDIATOR))
    holder = await house.file(bench.mediator)
    assert not holder.HasField("matter")


async def test_the_mediator_holds_the_session_and_drafts_what_was_agreed(house, bench):
    """Sessions, facts, findings, the agreement: what mediators do."""
    await house.assign(SHEN)
    assert await house.schedule(GUEST) == "assigned"
    bench.clock.advance(timedelta(hours=3))
    held = {"session_id": MET, "outcome": pb.SESSION_OUTCOME_AGREED, "record": "各让一步"}
    came = [pb.CameToSession(party_id=one, attendance=pb.ATTENDANCE_ATTENDED) for one in (ZHOU, WU)]
    assert await house.act("RecordSession", GUEST, came=came, **held) == "in_session"
    await house.act("EstablishFacts", GUEST, facts="水沟被填")
    due_on = (bench.clock.now() + timedelta(days=30)).date().isoformat()
    oral = {
        "form": pb.AGREEMENT_FORM_ORAL,
        "terms": [pb.TermDraft(performer_id=WU, due_on=due_on, what="疏通水沟")],
        "texts": [pb.AgreementText(part=pb.AGREEMENT_PART_CONTENT, text="疏通水沟")],
    }
    assert await house.act("DraftAgreement", GUEST, **oral) == "agreed"
    [session] = (await house.file()).sessions
    assert session.record == "各让一步"


async def test_what_the_holder_decides_stays_with_the_holder(house, bench):
    """Whatever else the account may do at home: no plan, no assignment, no decision."""
    await house.assign(FANG)
    due_on = (bench.clock.now() + timedelta(days=30)).date().isoformat()
    for name, values in (
        ("AssignMediators", {"mediator_ids": [SHEN]}),
        ("PlanMediation", {"due_on": due_on}),
        ("RefuseMediation", {"ground": 1}),
        ("WithdrawMediation", {}),
        ("CloseMediation", {"ending": 1}),
        ("ProposeClosing", {"review_told": True}),
        ("SwitchKind", {"kind": mediation_pb2.MEDIATION_KIND_JUDICIAL}),
        ("JoinKind", {"kind": mediation_pb2.MEDIATION_KIND_JUDICIAL, "unit_id": "s-dipu"}),
        ("LeaveKind", {"kind": mediation_pb2.MEDIATION_KIND_JUDICIAL, "unit_id": "s-dipu"}),
        ("ApproveDisposition", {"no": 1}),
    ):
        refused = await bench.refused(house.call(name, HEAD, **values))
        assert refused.reason == "NOT_THE_HOLDER", name


def test_decisions_are_no_acts_of_a_mediator_of_another_unit():
    """Every act is either a mediator's or the holder's; what is decided is the holder's."""
    holder = {act for act in Act if act not in OF_MEDIATORS}
    decided = (
        "approve",
        "reject",
        "confirm_w",
        "propose",
        "close",
        "assign",
        "plan",
        "switch",
        "join",
        "leave",
    )
    assert {act for act in Act if act.value.startswith(decided)} <= holder


@pytest.mark.parametrize("why", [pb.RECUSAL_INTEREST])
async def test_who_steps_back_sees_it_no_more_and_nobody_recuses_another(house, bench, why):
    """By himself, and himself only."""
    await house.assign(SHEN, LI)
    others = house.call("RecuseMediator", GUEST, mediator_id=LI, why=why)
    assert (await bench.refused(others)).reason == "NOT_THE_HOLDER"
    await house.act("RecuseMediator", GUEST, mediator_id=SHEN, why=why)
    assert await house.shut()


async def test_who_is_replaced_sees_it_no_more_until_assigned_again(house):
    """Replaced by Li, then called back."""
    await house.assign(SHEN)
    await house.assign(LI)
    assert await house.shut()
    await house.assign(SHEN)
    assert (await house.file()).matter.requests


async def test_a_closed_file_is_closed_to_the_mediator(house, bench):
    """Failed, asked about and closed by the holder."""
    await house.assign(SHEN)
    await house.act("EstablishFacts", GUEST, facts="水沟被填")
    await house.act("FailMediation", GUEST, routes=[1])
    told = {"finding": pb.FINDING_EXPLAINED, "reasons": "规划如此"}
    await house.act("FindRequest", GUEST, request_no=1, **told)
    await house.act("AskResident", GUEST, asked=pb.ASKED_SATISFIED)
    ended = pb.MEDIATION_ENDING_TERMINATED
    assert await house.act("CloseMediation", ending=ended) == "closed"
    assert await house.shut()


async def test_a_case_that_is_handed_over_takes_the_mediator_along_nowhere(house, bench):
    """Locked it is read on; at the next holder of the node nobody of another unit reads it."""
    await house.assign(SHEN)
    handoff = str(new_id())
    released = part.ReleaseRequest(
        handoff_id=handoff, case_id=bench.case_id, epoch=1, with_part=True
    )
    exported = (await bench.parts().Release(released)).part
    assert (await house.file()).assignments
    refused = await bench.refused(house.call("EstablishFacts", GUEST, facts="看过"))
    assert refused.reason == "CASE_LOCKED"
    more = {"format": exported.format, "part": exported.part, "handoff_id": handoff}
    await bench.grant(2, TO, TO_PATH, **more)
    house.epoch = 2
    assert await house.shut()


async def test_a_case_that_went_to_another_node_is_read_by_the_mediator_no_more(case):
    """Routing says that it is out; whoever comes from elsewhere is let in anew when it is back."""
    await case.run(_keep, (known(SUN, unit="u-elsewhere", staff="sun"),))
    handler = partial(assign_mediators, office=case.office, accounts={("u-elsewhere", "sun")})
    await case.act(handler, AssignMediators, mediators=(SUN,))
    [right] = case.rows(case_access)
    assert (right["unit"], right["why"], right["until"]) == ("person:sun", "mediates", None)
    for _ in range(2):
        await case.run(note_custody, NoteCustody(case.case_id, 2, "out", TO, TO_PATH))
    ended = {row["unit"]: row["until"] for row in case.rows(case_access)}
    assert ended.pop("person:sun") is not None
    assert set(ended) == {UNIT}


@pytest.mark.parametrize("unit", ["", "u-anji-laotiaowei"])
async def test_without_an_account_of_the_committee_the_holder_writes(house, bench, unit):
    """No account here, or one of that name in another unit: assigned, but nobody is let in."""
    bench.routing.units["tj.shen"] = unit
    assert await house.assign(SHEN) == "assigned"
    assert await house.shut()
    assert await house.shut(staff("tj.shen", "u-anji-laotiaowei", COUNTY, Role.MEDIATOR))
    assert [one.reads for one in (await house.file(bench.mediator)).assignments] == [False]


@pytest.mark.parametrize("account, ended", [("tj.shen", True), ("tj.new", False)])
async def test_the_register_takes_the_right_back(house, account, ended):
    """The mediator has ended, or signs in otherwise; the account of before reads nothing."""
    await house.assign(SHEN)
    await house.keep(entry(SHEN, account, ended=ended))
    assert await house.shut()
