"""Supervision, the officer in charge, extensions, suspensions, reports, referrals, conferences."""

import pytest

from kernel.regulation import ExtensionTooLong, SuspensionNotAllowed
from routing.commands.handover import BeginHandover
from routing.commands.joint import (
    AcknowledgeReport,
    Decision,
    OpenConference,
    RecordAssignment,
    RecordConference,
    RecordReferral,
    ReferOut,
    ReportUp,
)
from routing.commands.supervision import (
    AnswerSupervision,
    CloseSupervision,
    DecideExtension,
    ExtendClock,
    RateCase,
    ResumeClock,
    SetLead,
    Supervise,
    SuspendClock,
)
from routing.domain.words import Kind
from routing.errors import (
    ConferenceHeld,
    LeadAlreadyNamed,
    MeetingDoesNotDecide,
    NotTheAddressee,
    NotTheSuperior,
    OutsideUnitUnknown,
    ReferralClosed,
    ResidentNotTold,
    SamePerson,
)
from routing.handlers import conferences, leading, referrals, reports, supervision
from routing.handlers.clocks import extending, suspending
from routing.handlers.handover import begin
from routing.storage.supervision import cohandling, referral
from routing.storage.supervision import report as report_table
from routing.storage.supervision import supervision as supervision_table
from routing.storage.tables import case_access


async def supervise(desk, who, case_id, unit="s-anji"):
    """A supervision by a unit. Answers its id."""
    command = Supervise(case_id, "supervise", "slow", "2026-03-10", talk=True)
    return await desk.do(supervision.supervise, command, who(unit))


async def test_supervised_answered_closed(desk, who):
    """督办 with its answer: content is read while it lasts, and no longer."""
    case_id = await desk.register()
    supervision_id = await supervise(desk, who, case_id)
    (grant,) = desk.rows(case_access, case_id=case_id)
    assert (grant["unit"], grant["why"], grant["until"]) == ("s-anji", "supervision", None)
    answer = AnswerSupervision(case_id, supervision_id, "已到现场")
    await desk.do(supervision.answer, answer, who("s-dipu"))
    back = CloseSupervision(case_id, supervision_id, accepted=False)
    assert await desk.do(supervision.close, back, who("s-anji")) == "open"
    await desk.do(supervision.answer, answer, who("s-dipu"))
    done = CloseSupervision(case_id, supervision_id, accepted=True)
    assert await desk.do(supervision.close, done, who("s-anji")) == "closed"
    (grant,) = desk.rows(case_access, case_id=case_id)
    assert grant["until"] is not None
    (row,) = desk.rows(supervision_table, case_id=case_id)
    assert row["talk"]
    assert row["state"] == "closed"


async def test_a_unit_beside_the_case_does_not_supervise(desk, who):
    """Only a unit beside or above the holder supervises; another township does not."""
    case_id = await desk.register()
    with pytest.raises(NotTheSuperior):
        await supervise(desk, who, case_id, "s-changshuo")


async def test_one_officer_until_the_end(desk, who):
    """包案领导: a second one is named only after the first was relieved."""
    case_id = await desk.register()
    await desk.do(leading.set_lead, SetLead(case_id, "lead-1", "hard"), who("s-anji"))
    with pytest.raises(LeadAlreadyNamed):
        await desk.do(leading.set_lead, SetLead(case_id, "lead-2", "hard"), who("s-anji"))
    await desk.do(leading.set_lead, SetLead(case_id, "", "moved_away"), who("s-anji"))
    await desk.do(leading.set_lead, SetLead(case_id, "lead-2", "hard"), who("s-anji"))
    assert desk.case(case_id)["lead_officer"] == "lead-2"
    readers = {row["unit"]: row["until"] for row in desk.rows(case_access, case_id=case_id)}
    assert readers["person:lead-1"] is not None
    assert readers["person:lead-2"] is None


async def test_rating_changes_the_target(desk, who):
    """Rated harder, the local target is the longer one, from registration."""
    case_id = await desk.register(difficulty="ordinary")
    command = RateCase(
        **desk.seen(case_id), colour="red", progress="", difficulty="complex", grounds="g"
    )
    await desk.do(leading.rate_case, command, who("s-dipu"))
    clocks = desk.clocks(case_id)
    assert clocks["ordinary", ""]["state"] == "cancelled"
    assert clocks["complex", ""]["due_on"] == "2026-03-23"  # the twentieth day is a Sunday
    assert desk.case(case_id)["colour"] == "red"


async def test_extension_by_a_second_person_who_tells_the_resident(desk, who, at):
    """条例 34: at most thirty days, approved by the head, the reason told to the resident."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted", at("2026-03-02"))
    clerk, head = who("s-dipu", "clerk"), who("s-dipu", "head")
    with pytest.raises(ExtensionTooLong):
        await desk.do(
            extending.extend_clock,
            ExtendClock(**desk.seen(case_id), clock="handling", days=31, grounds="g"),
            clerk,
        )
    asked = ExtendClock(**desk.seen(case_id), clock="handling", days=30, grounds="expertise")
    _, extension_id = await desk.do(extending.extend_clock, asked, clerk)

    def verdict(**told):
        return DecideExtension(
            **desk.seen(case_id), extension_id=extension_id, approved=True, **told
        )

    with pytest.raises(SamePerson):
        await desk.do(extending.decide_extension, verdict(resident_told=True), clerk)
    with pytest.raises(ResidentNotTold):
        await desk.do(extending.decide_extension, verdict(resident_told=False), head)
    await desk.do(extending.decide_extension, verdict(resident_told=True), head)
    assert desk.clocks(case_id)["handling", ""]["due_on"] == "2026-06-01"  # day 90, after a Sunday


async def test_local_clock_is_suspended_and_resumed(desk, who, at):
    """挂起: days that stood still are added; the citizen's clock cannot stand still."""
    case_id = await desk.register(difficulty="complex")
    await desk.record(case_id, "intake.accepted", at("2026-03-02"))

    def stop(clock):
        return SuspendClock(
            **desk.seen(case_id),
            clock=clock,
            grounds="appraisal",
            article="",
            look_again_on="2026-03-20",
            approved_by="head",
        )

    with pytest.raises(SuspensionNotAllowed):
        await desk.do(suspending.suspend_clock, stop("handling"), who("s-dipu"))
    desk.clock.set(at("2026-03-05"))
    await desk.do(suspending.suspend_clock, stop("complex"), who("s-dipu"))
    assert desk.clocks(case_id)["complex", ""]["state"] == "suspended"
    desk.clock.set(at("2026-03-09"))
    await desk.do(
        suspending.resume_clock, ResumeClock(**desk.seen(case_id), clock="complex"), who("s-dipu")
    )
    row = desk.clocks(case_id)["complex", ""]
    assert (row["state"], row["due_on"]) == ("running", "2026-03-26")  # four days later


async def test_suspension_ends_on_the_day_to_look_again(desk, who, at):
    """A clock that nobody resumed goes on by itself on that day."""
    case_id = await desk.register(difficulty="complex", procedure="peoples_mediation")
    command = SuspendClock(
        **desk.seen(case_id),
        clock="complex",
        grounds="g",
        article="",
        look_again_on="2026-03-12",
        approved_by="head",
    )
    await desk.do(suspending.suspend_clock, command, who("s-dipu"))
    await desk.sweep(at("2026-03-11", 23))
    assert desk.clocks(case_id)["complex", ""]["state"] == "suspended"
    await desk.sweep(at("2026-03-12", 1))
    row = desk.clocks(case_id)["complex", ""]
    assert (row["state"], row["due_on"]) == ("running", "2026-03-31")  # 3 to 11 March stood still


async def test_urgent_is_reported_at_once(desk):
    """条例 25: upper unit, conference office and competent unit, at registration."""
    case_id = await desk.register("s-dipu", urgent=True, category="labour")
    told = {row["to_unit"] for row in desk.rows(report_table, case_id=case_id)}
    assert {"s-anji", "u-anji-lianxiban"} <= told
    assert desk.case(case_id)["holder_unit"] == "s-dipu"


async def test_report_up_is_acknowledged(desk, who):
    """情况上报: custody stays; only the addressed unit acknowledges."""
    case_id = await desk.register()
    command = ReportUp(**desk.seen(case_id), kind="progress", text="进展")
    report_id = await desk.do(reports.report_up, command, who("s-dipu"))
    await desk.open_letters()
    with pytest.raises(NotTheAddressee):
        await desk.do(reports.acknowledge, AcknowledgeReport(case_id, report_id), who("s-dipu"))
    await desk.do(reports.acknowledge, AcknowledgeReport(case_id, report_id), who("s-anji"))
    await desk.open_letters()
    assert desk.log(case_id)[-1] == "report.acknowledged"
    assert desk.case(case_id)["holder_unit"] == "s-dipu"


async def test_completion_report_meets_the_assignment(desk, who, at):
    """条例 22(3): the report owed to the assigner is what the assignment's clock waits for."""
    case_id = await desk.register("s-anji")
    hand = BeginHandover(
        **desk.seen(case_id), kind=Kind.ASSIGN, to_unit="s-dipu", reason="r", due_on="2026-03-20"
    )
    await desk.do(begin.begin_handover, hand, who("s-anji"))
    await desk.settle()
    command = ReportUp(**desk.seen(case_id), kind="completion", text="办结")
    await desk.do(reports.report_up, command, who("s-dipu"))
    assert desk.clocks(case_id)["assignment", "s-dipu"]["state"] == "met"


async def test_referred_out_and_ended_by_receipt(desk, who):
    """移送: by letter, received, and gone for good when it was meant so."""
    case_id = await desk.register()
    unknown = ReferOut(
        **desk.seen(case_id), outside_unit="o-none", due_on="", letter_no="1", ends=True, note=""
    )
    with pytest.raises(OutsideUnitUnknown):
        await desk.do(referrals.refer_out, unknown, who("s-dipu"))
    command = ReferOut(
        **desk.seen(case_id),
        outside_unit="o-anji-court",
        due_on="",
        letter_no="1",
        ends=True,
        note="",
    )
    _, referral_id = await desk.do(referrals.refer_out, command, who("s-dipu"))
    got = RecordReferral(**desk.seen(case_id), referral_id=referral_id, state="received", answer="")
    await desk.do(referrals.record_referral, got, who("s-dipu"))
    assert desk.case(case_id)["ending"] == "referred_out"


async def test_body_outside_answers_once(desk, who):
    """An answer recorded by hand closes the referral; the case stays with its holder."""
    case_id = await desk.register()
    command = ReferOut(
        **desk.seen(case_id),
        outside_unit="o-anji-court",
        due_on="",
        letter_no="1",
        ends=False,
        note="",
    )
    _, referral_id = await desk.do(referrals.refer_out, command, who("s-dipu"))

    def recorded(state):
        return RecordReferral(
            **desk.seen(case_id), referral_id=referral_id, state=state, answer="复函"
        )

    await desk.do(referrals.record_referral, recorded("answered"), who("s-dipu"))
    with pytest.raises(ReferralClosed):
        await desk.do(referrals.record_referral, recorded("declined"), who("s-dipu"))
    assert desk.case(case_id)["state"] == "held"


async def test_assigned_from_outside_stays_through_hand_overs(desk, who):
    """上级交办: the superior's date is the case's, whoever holds it."""
    case_id = await desk.register()
    command = RecordAssignment(
        **desk.seen(case_id),
        outside_unit="o-huzhou-xinfang",
        their_no="7",
        due_on="2026-04-01",
        report_owed=True,
    )
    await desk.do(referrals.record_assignment, command, who("s-dipu"))
    hand = BeginHandover(
        **desk.seen(case_id), kind=Kind.FORWARD, to_unit="u-dipu-sifasuo", reason="competent"
    )
    await desk.do(begin.begin_handover, hand, who("s-dipu"))
    await desk.settle()
    assert desk.clocks(case_id)["assignment", ""]["state"] == "running"
    done = ReportUp(**desk.seen(case_id), kind="completion", text="办结")
    await desk.do(reports.report_up, done, who("u-dipu-sifasuo"))
    (row,) = desk.rows(referral, case_id=case_id)
    assert row["state"] == "reported"
    assert desk.clocks(case_id)["assignment", ""]["state"] == "met"


async def test_conference_designates_in_one_sitting(desk, who):
    """联席会议: holder, co-handler, officer and date decided at once; the former holder assists."""
    case_id = await desk.register()
    call = OpenConference(
        "joint", "s-anji", (case_id,), ("s-dipu", "s-lingfeng"), desk.clock.now(), "chair"
    )
    conference_id = await desk.do(conferences.open_conference, call, who("s-anji"))
    decision = Decision(case_id, "s-lingfeng", ("s-dipu",), "lead-1", "2026-05-01", "competent")
    record = RecordConference(conference_id, ("s-dipu",), (decision,), "纪要")
    orders = await desk.do(conferences.record_conference, record, who("s-anji"))
    assert len(orders) == 1
    await desk.settle()
    row = desk.case(case_id)
    assert (row["holder_unit"], row["lead_officer"]) == ("s-lingfeng", "lead-1")
    (joint,) = desk.rows(cohandling, case_id=case_id)
    assert (joint["unit"], joint["state"]) == ("s-dipu", "open")
    with pytest.raises(ConferenceHeld):
        await desk.do(conferences.record_conference, record, who("s-anji"))


async def test_coordination_meeting_does_not_decide(desk, who):
    """协调会 prepares; it designates nobody."""
    case_id = await desk.register()
    call = OpenConference("coordination", "s-dipu", (case_id,), (), desk.clock.now(), "chair")
    conference_id = await desk.do(conferences.open_conference, call, who("s-dipu"))
    decision = Decision(case_id, "s-lingfeng", (), "", "", "g")
    record = RecordConference(conference_id, (), (decision,), "")
    with pytest.raises(MeetingDoesNotDecide):
        await desk.do(conferences.record_conference, record, who("s-dipu"))
