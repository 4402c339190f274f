"""The doors of notices, objections and public notices, through a running service."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from hearing.domain.states import State
from hearing.storage.tables import hearing, hearing_file
from hearing.storage.tables_notices import public_notice
from kernel.database import Database
from kernel.ids import new_id
from lianxin.hearing.v1 import noticing_pb2 as pb
from lianxin.hearing.v1 import noticing_pb2_grpc as grpc


def stub(bench, caller=None):
    """The stub of this caller."""
    return grpc.HearingNoticeServiceStub(bench.line(caller))


@pytest.fixture
async def noticed(bench):
    """A hearing as it stands after its notice, with a public notice."""
    stamp = await bench.granted()
    now = bench.clock.now()
    times = {"begins": now + timedelta(days=20), "ends": now + timedelta(days=20, hours=2)}
    shown = {"case_id": UUID(bench.case_id), "number": 1, "notice_id": new_id(), "unit": "s-x"}
    shown |= times | {"seats": 20, "published_at": now, "changed_at": now, "taken_down_why": ""}
    database = Database.open(bench.database_url)
    with database.writer.begin() as connection:
        state = {"state": State.NOTICED.value}
        connection.execute(update(hearing_file).values(state))
        connection.execute(
            update(hearing).values(state | times | {"confirmed_at": now, "object_by": now.date()})
        )
        connection.execute(insert(public_notice).values(shown))
    database.close()
    return stamp


async def test_the_public_reads_time_and_seats_and_nothing_of_the_case(bench, noticed):
    """Without an account; neither number nor category nor party is in it."""
    asked = pb.ListPublicNoticesRequest()
    (one,) = (await stub(bench).ListPublicNotices(asked)).notices
    assert one.seats == 20
    assert noticed.case_no not in str(one)
    assert bench.case_id not in str(one)
    bench.clock.advance(timedelta(days=21))
    assert not (await stub(bench).ListPublicNotices(asked)).notices


async def test_an_objection_to_nobody_who_sits_there_is_refused_and_not_kept(bench, noticed):
    """The refusal says so in words, and the list of objections stays empty."""
    request = pb.ObjectToMemberRequest(
        request_id=str(new_id()),
        case_id=bench.case_id,
        epoch=1,
        version=noticed.version,
        party_id=bench.intake.applicant,
        member_no=1,
        ground=pb.OBJECTION_GROUND_TIE,
        reason="评议员是对方的亲戚",
        on_day=bench.clock.now().date().isoformat(),
    )
    refusal = await bench.refused(stub(bench).ObjectToMember(request))
    assert refusal.reason == "HEARING_OBJECTION_IMPOSSIBLE"
    listed = await stub(bench).ListObjections(pb.ListObjectionsRequest(case_id=bench.case_id))
    assert not listed.objections


async def test_nobody_of_another_unit_reads_notices_or_answers(bench, noticed):
    """Neither the list of a case nor an invitation; a list of one's own unit is empty."""
    other = stub(bench, bench.other_unit)
    listed = await other.ListHearingNotices(pb.ListHearingNoticesRequest(case_id=bench.case_id))
    assert not listed.notices
    asked = pb.GetInvitationRequest(case_id=bench.case_id, recipient_id=str(new_id()))
    assert (await bench.refused(other.GetInvitation(asked))).reason == "HEARING_MISSING"
    assert (await bench.refused(stub(bench).GetInvitation(asked))).reason == "HEARING_NEVER_CALLED"


async def test_who_was_told_nothing_learns_nothing_by_answering(bench, noticed):
    """The number of a case that is heard, and one that is none, are answered alike."""
    other = stub(bench, bench.other_unit)
    for number in (noticed.case_no, "安昌硕〔2026〕99号"):
        request = pb.AcknowledgeOwnNoticeRequest(request_id=str(new_id()), case_no=number)
        refusal = await bench.refused(other.AcknowledgeOwnNotice(request))
        assert refusal.reason == "HEARING_NOTHING_TO_ACKNOWLEDGE"


async def test_a_page_token_of_another_list_and_a_malformed_one_are_refused(bench, noticed):
    """What was not made for this list is no place in it."""
    for token in ("x", "W10="):
        request = pb.ListHearingNoticesRequest(page_token=token)
        refusal = await bench.refused(stub(bench).ListHearingNotices(request))
        assert refusal.reason == "PAGE_TOKEN_INVALID"
    assert noticed.version == 2
