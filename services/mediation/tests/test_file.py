"""Lists of mediations and mediators, and the whole file of a case read again."""

from datetime import timedelta

import pytest

from kernel.clock import SHANGHAI
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import file_pb2, file_pb2_grpc, mediation_pb2
from mediation.storage.tables import read_audit

UNIT, COUNTY = "s-changshuo", "330523.000.000"
ZHOU, WU, LI = (str(new_id()) for _ in range(3))
PEOPLES = mediation_pb2.MEDIATION_KIND_PEOPLES
SPOKEN = "周家说水从墙根渗进来，吴家答应月底前疏通。"


class Files:
    """Somebody who works on a case and reads what is kept of it."""

    def __init__(self, bench):
        self.bench, self.version = bench, 1

    def door(self, caller=None):
        """The stub that reads."""
        return file_pb2_grpc.MediationFileServiceStub(
            self.bench.line(caller or self.bench.mediator)
        )

    async def act(self, name, **values):
        """One act on the case as it was seen last."""
        seen = {"case_id": self.bench.case_id, "epoch": 1, "version": self.version}
        request = getattr(pb, f"{name}Request")(request_id=str(new_id()), **seen, **values)
        self.version = (await getattr(self.bench.mediation(), name)(request)).stamp.version

    async def read(self, caller=None, why=""):
        """The file."""
        request = file_pb2.GetFileRequest(case_id=self.bench.case_id, why=why)
        return (await self.door(caller).GetFile(request)).file

    async def listed(self, caller=None, **wanted):
        """A page of mediations."""
        return await self.door(caller).ListMediations(file_pb2.ListMediationsRequest(**wanted))


@pytest.fixture
async def files(bench):
    """A mediation with parties and a mediator."""
    await bench.open(note="老人腿脚不便，安排在一楼。")
    entry = pb.MediatorEntry(
        mediator_id=LI,
        staff="li",
        unit_id=UNIT,
        fields=["neighbour"],
        kinds=[PEOPLES],
        load_limit=10,
        leave=[pb.Leave(from_day="2026-12-30", until="2026-12-31")],
    )
    request = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=[entry])
    await bench.mediation().KeepMediators(request)
    under_way = Files(bench)
    for party_id in (ZHOU, WU):
        bench.intake.register(party_id)
    people = [
        pb.Participant(party_id=ZHOU, side=pb.SIDE_APPLICANT, capacity=pb.CAPACITY_PARTY),
        pb.Participant(party_id=WU, side=pb.SIDE_RESPONDENT, capacity=pb.CAPACITY_PARTY),
    ]
    await under_way.act("NameParties", participants=people, requests=[1], duties=[pb.DUTY_POLICE])
    for party_id in (ZHOU, WU):
        under_way.version = await bench.willing(party_id, under_way.version)
    await under_way.act("AssignMediators", mediator_ids=[LI])
    return under_way


async def met(files):
    """A session that was held, and what was said in it."""
    session_id, begin = str(new_id()), files.bench.clock.now()
    await files.act(
        "ScheduleSession",
        session_id=session_id,
        kind=pb.SESSION_KIND_COUNTER,
        joining=pb.JOINING_JOINT,
        starts_at=begin,
        ends_at=begin + timedelta(hours=1),
        place="站里一楼",
        party_ids=[ZHOU, WU],
    )
    came = [pb.CameToSession(party_id=WU, attendance=pb.ATTENDANCE_ATTENDED)]
    held = {"session_id": session_id, "outcome": pb.SESSION_OUTCOME_AGREED, "came": came}
    await files.act("RecordSession", record=SPOKEN, **held)


async def signed(files):
    """A written agreement with a term, signed by everybody, and paid in part."""
    due_on = (files.bench.clock.now() + timedelta(days=20)).date().isoformat()
    parts = [number for number in pb.AgreementPart.values() if number]
    texts = [pb.AgreementText(part=part, text=f"第{part}部分") for part in parts]
    term = pb.TermDraft(performer_id=WU, due_on=due_on, what="付修缮费", amount_fen=30_000)
    await files.act("DraftAgreement", form=pb.AGREEMENT_FORM_WRITTEN, texts=texts, terms=[term])
    for party in (ZHOU, WU):
        await files.act("SignAgreement", agreement_version=1, hand=pb.HAND_PARTY, party_id=party)
    for hand in (pb.HAND_MEDIATOR, pb.HAND_SEAL):
        await files.act("SignAgreement", agreement_version=1, hand=hand)
    today = files.bench.clock.now().astimezone(SHANGHAI).date().isoformat()
    await files.act("RenderTerm", term_no=1, done_on=today, amount_fen=10_000)
    return due_on


async def test_a_session_and_an_agreement_are_read_again_as_they_were_said(files):
    """Words opened, hands and payments beside them; the reading is on record."""
    await met(files)
    due_on = await signed(files)
    file = await files.read()
    assert file.mediation.note == "老人腿脚不便，安排在一楼。"
    [session] = file.sessions
    assert (session.record, session.place, session.state) == (SPOKEN, "站里一楼", "held")
    came = {one.party_id: one.attendance for one in session.parties}
    assert came == {ZHOU: pb.ATTENDANCE_INVITED, WU: pb.ATTENDANCE_ATTENDED}
    [agreement] = file.agreements
    assert [one.text for one in agreement.texts] == [f"第{part}部分" for part in range(1, 9)]
    [term] = agreement.terms
    assert (term.what, term.term.amount_fen, term.term.due_on) == ("付修缮费", 30_000, due_on)
    assert [one.amount_fen for one in term.rendered] == [10_000]
    assert {one.party_id for one in agreement.signatures if one.by} == {ZHOU, WU}
    assert agreement.HasField("in_force_from")
    assert agreement.HasField("confirm_by")
    assert "GetFile" in [row["method"] for row in files.bench.rows(read_audit)]


async def test_what_a_file_is_closed_by_is_read_again(files):
    """Facts, findings, duties, dispositions, referrals, and the ground of a refusal."""
    await files.act("EstablishFacts", facts="到现场看过，墙根有水渍。")
    found = {"finding": pb.FINDING_SUPPORTED, "reasons": "应当疏通", "due_on": "2027-01-31"}
    await files.act("FindRequest", request_no=1, **found)
    await files.act("NoteDuty", duty=pb.DUTY_POLICE, reported_to="u-police")
    await files.act("Dispose", disposition=pb.DISPOSITION_HELPED, what="帮助申请救助")
    await files.act("Refer", kind=pb.REFERRAL_KIND_LEGAL_AID, unit_id="u-legal-aid")
    await files.act("RefuseMediation", ground=pb.REFUSAL_GROUND_CLEAR_REFUSAL)
    file = await files.read()
    assert file.closing.facts == "到现场看过，墙根有水渍。"
    [request], [duty], [disposition], [referral] = (
        file.requests,
        file.duties,
        file.dispositions,
        file.referrals,
    )
    assert (request.reasons, request.carry_out_by) == ("应当疏通", "2027-01-31")
    assert (duty.reported_to, disposition.what) == ("u-police", "帮助申请救助")
    assert (referral.unit_id, referral.outcome) == ("u-legal-aid", pb.REFERRAL_OUTCOME_PENDING)
    assert file.closing.refusal_ground == pb.REFUSAL_GROUND_CLEAR_REFUSAL
    assert (file.state_before, file.proposed_by) == ("assigned", "mediator")
    assert "CLOSING_REQUEST_NOT_CARRIED_OUT" in file.closing.missing


async def test_a_file_is_closed_to_others_and_open_to_services_of_the_node(files):
    """Another unit learns nothing; an inspector says why; a service reads it for its documents."""
    bench = files.bench
    refused = await bench.refused(files.read(bench.other_unit))
    assert refused.reason == "MEDIATION_MISSING"
    roles = frozenset({Role.UPPER_INSPECTOR})
    inspector = Caller(Kind.STAFF, "inspector", "s-anji", "s-anji", COUNTY, roles)
    assert (await bench.refused(files.read(inspector))).reason == "REASON_NEEDED"
    assert (await files.read(inspector, why="年度检查")).mediation.note
    intake = Caller(Kind.SERVICE, "anji/intake")
    assert (await files.read(intake, why="document")).mediation.note
    reads = {row["caller"]: row["reason"] for row in bench.rows(read_audit)}
    assert reads == {"inspector": "年度检查", "anji/intake": "document"}


async def test_mediations_are_listed_by_unit_state_kind_and_mediator(files):
    """Codes only; pages follow each other; who may not know of them sees none."""
    bench = files.bench
    await met(files)
    await signed(files)
    first = bench.case_id
    bench.case_id = str(new_id())
    await bench.grant()
    await bench.open(note="另一件")
    page = await files.listed(page_size=1)
    rest = await files.listed(page_size=1, page_token=page.next_page_token)
    shown = [line.mediation.case_id for line in (*page.mediations, *rest.mediations)]
    assert shown == [bench.case_id, first]
    assert rest.next_page_token == ""
    [line] = (await files.listed(states=["performing"], kind=PEOPLES)).mediations
    assert (line.mediation.case_id, list(line.mediator_ids)) == (first, [LI])
    assert line.next_term_due_on > "2026"
    assert line.mediation.note == ""
    mine = await files.listed(mediator_id=LI)
    assert [one.mediation.case_id for one in mine.mediations] == [first]
    only = await files.listed(case_id=first)
    assert [one.mediation.version for one in only.mediations] == [files.version]
    everything = await files.listed(bench.other_unit, all=True)
    assert list(everything.mediations) == []


async def test_a_list_is_refused_for_a_token_of_another_and_a_state_there_is_not(files):
    """By type, naming the field."""
    register = await files.door().ListMediators(file_pb2.ListMediatorsRequest(page_size=1))
    assert register.next_page_token == ""
    wrong = await files.bench.refused(files.listed(page_token="WyJtZWRpYXRvcnMiLCAiMSJd"))
    assert wrong.reason == "PAGE_TOKEN_INVALID"
    unknown = await files.bench.refused(files.listed(states=["happy"], page_size=-1))
    assert set(unknown.fields) == {"states", "page_size"}


async def test_the_register_of_mediators_is_read_as_it_was_kept(files):
    """With leave and open assignments; who ended is shown on request only."""
    door = files.door()
    [one] = (await door.ListMediators(file_pb2.ListMediatorsRequest(unit_id=UNIT))).mediators
    assert (one.entry.mediator_id, one.load, one.entry.leave[0].until) == (LI, 1, "2026-12-31")
    one.entry.ended = True
    gone = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=[one.entry])
    await files.bench.mediation().KeepMediators(gone)
    assert list((await door.ListMediators(file_pb2.ListMediatorsRequest())).mediators) == []
    everybody = await door.ListMediators(file_pb2.ListMediatorsRequest(ended=True))
    assert [line.entry.ended for line in everybody.mediators] == [True]
