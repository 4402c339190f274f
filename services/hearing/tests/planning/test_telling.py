"""From the notice of a hearing to its answers, through a running service."""

import pytest
from icalendar import Calendar

from hearing.storage.tables_notices import hearing_told, notice
from kernel.testing.waiting import eventually
from lianxin.hearing.v1 import noticing_pb2 as pb
from lianxin.hearing.v1 import noticing_pb2_grpc as grpc
from lianxin.hearing.v1 import scheduling_pb2, session_pb2, session_pb2_grpc

from .conftest import CHAIRS, POOL, wanted

CHAIR = str(CHAIRS[0])


@pytest.fixture
async def told(setting):
    """A hearing that everybody was called to, once nobody is still to be sent anything."""
    await setting.set()
    await setting.act("ConfirmHearing")
    rows = setting.bench.rows
    await eventually(lambda: rows(notice) and not any(r["next_try_at"] for r in rows(notice)))
    return setting


def stub(setting, caller=None):
    """The notices of this caller."""
    return grpc.HearingNoticeServiceStub(setting.bench.line(caller))


async def listed(setting, **more):
    """Lines of a list."""
    return (await stub(setting).ListHearingNotices(pb.ListHearingNoticesRequest(**more))).notices


async def invitation(setting, who):
    """Method, sequence and begin of somebody's invitation."""
    asked = pb.GetInvitationRequest(case_id=setting.stamp.case_id, recipient_id=str(who))
    answer = await stub(setting).GetInvitation(asked)
    (event,) = Calendar.from_ical(answer.calendar).walk("VEVENT")
    return answer.method, event["SEQUENCE"], event["DTSTART"].dt


async def acknowledge(setting, who):
    """Somebody telephoned."""
    day = setting.bench.clock.now().date().isoformat()
    how = pb.ACKNOWLEDGED_HOW_BY_PHONE
    request = pb.AcknowledgeNoticeRequest(**setting.seen, recipient_id=who, how=how, on_day=day)
    await stub(setting).AcknowledgeNotice(request)


async def test_everybody_is_told_once_and_whom_no_machine_reaches_is_put_to_a_person(told):
    """Eight of the register without contact wait; one who was telephoned does not any more."""
    lines = await listed(told, case_id=told.stamp.case_id)
    assert sorted(one.part for one in lines) == sorted(
        ["chair", "recorder", "representative", *["panelist"] * 5, *["party"] * 2]
    )
    waiting = await listed(told, waiting=True)
    assert len(waiting) == 8
    assert {one.delivery.state for one in waiting} == {"not_possible"}
    await acknowledge(told, CHAIR)
    assert CHAIR not in {one.recipient_id for one in await listed(told, waiting=True)}
    (chair,) = [one for one in await listed(told) if one.recipient_id == CHAIR]
    assert (chair.acknowledged_by, chair.delivery.state) == ("head", "told")


async def test_a_move_after_notice_is_told_once_and_invitations_follow(told):
    """Another time: the same event with a greater number; a repeat of the call tells nobody."""
    before = await invitation(told, CHAIR)
    seen = told.seen
    for _ in range(2):
        done = await told.stub.SetHearing(afternoon(seen))
    told.stamp = done.stamp
    after = await invitation(told, CHAIR)
    assert (before[:2], after[:2]) == (("REQUEST", 1), ("REQUEST", 2))
    assert after[2] > before[2]
    changes = [row["change_no"] for row in told.bench.rows(hearing_told)]
    assert sorted(set(changes)) == [1, 2]
    assert changes.count(2) == 10


def afternoon(seen):
    """The same hearing in the afternoon."""
    return scheduling_pb2.SetHearingRequest(**seen, wanted=wanted(begins=840))


async def test_an_objection_is_decided_and_both_members_hear_of_it(told):
    """The reason is kept sealed and shown to who reads the case; the place goes to another."""
    gone = POOL[0]
    member = next(m for m in (await told.bench.get(why="异议")).hearings[0].members
                  if m.person_id == str(gone))  # fmt: skip
    request = pb.ObjectToMemberRequest(
        **told.seen,
        party_id=told.bench.intake.applicant,
        member_no=member.member_no,
        ground=pb.OBJECTION_GROUND_TIE,
        reason="评议员是对方的亲戚",
        on_day=told.bench.clock.now().date().isoformat(),
    )
    told.stamp = (await stub(told).ObjectToMember(request)).stamp
    decision = pb.DecideObjectionRequest(
        **told.seen, objection_no=1, upheld=True, reason="情况属实", person_id=str(POOL[6])
    )
    told.stamp = (await stub(told).DecideObjection(decision)).stamp
    assert (await invitation(told, gone))[:2] == ("CANCEL", 2)
    assert (await invitation(told, POOL[6]))[:2] == ("REQUEST", 2)
    asked = pb.ListObjectionsRequest(case_id=told.stamp.case_id)
    (one,) = (await stub(told).ListObjections(asked)).objections
    assert (one.reason, one.decision, one.decision_reason) == (
        "评议员是对方的亲戚", "upheld", "情况属实"
    )  # fmt: skip
    facts = told.bench.facts()
    assert facts[-2:] == ["hearing.objected", "hearing.member_replaced"]


async def test_the_public_reads_of_it_until_it_is_postponed(told):
    """Room and seats, by name of the room; nothing once it is off, and everybody is told so."""
    (shown,) = (await stub(told).ListPublicNotices(pb.ListPublicNoticesRequest())).notices
    assert (shown.room, shown.site_id, shown.seats) == ("会场", "s-changshuo", 10)
    sessions = session_pb2_grpc.HearingSessionServiceStub(told.bench.line())
    request = session_pb2.PostponeHearingRequest(**told.seen, reason="主持人生病")
    told.stamp = (await sessions.PostponeHearing(request)).stamp
    assert not (await stub(told).ListPublicNotices(pb.ListPublicNoticesRequest())).notices
    assert (await invitation(told, CHAIR))[0] == "CANCEL"
    rows = [row for row in told.bench.rows(hearing_told) if row["change_no"] == 2]
    assert len(rows) == 10
