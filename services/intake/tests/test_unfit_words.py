"""Characters that one database keeps and the other does not are refused by name before either."""

import pytest

from intake.storage.tables import read_audit
from kernel.ids import new_id
from lianxin.intake.v1 import follow_up_pb2, follow_up_pb2_grpc, unserved_pb2, unserved_pb2_grpc
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import meeting_day_pb2 as meeting
from lianxin.intake.v1 import reception_pb2 as reception
from lianxin.intake.v1.meeting_day_pb2_grpc import MeetingDayServiceStub
from lianxin.intake.v1.reception_pb2_grpc import ReceptionServiceStub

UNFIT = ("\x00", "查\x00", "\u202e查")


async def test_a_reason_for_reading_is_text_or_refused_by_name(front):
    """Neither the case nor its receptions are shown for it, and nothing goes on record."""
    made = await front.register()
    case_id = made.stamp.case_id
    for why in UNFIT:
        asked = service.GetCaseRequest(case_id=case_id, unmask=True, why=why)
        refused = await front.refused(front.intake(front.clerk).GetCase(asked))
        assert set(refused.fields) == {"why"}
        listed = reception.ListReceptionsRequest(case_id=case_id, why=why)
        door = ReceptionServiceStub(front.line(front.clerk))
        refused = await front.refused(door.ListReceptions(listed))
        assert set(refused.fields) == {"why"}
    assert not front.rows(read_audit, case_id=front.case_id(made))


async def test_a_unit_that_is_asked_for_is_a_code(front):
    """Lists of days name the field; what is no code is no unit either."""
    line = front.line(front.clerk)
    for unit in ("\x00", "x" * 200_000, "\u202e"):
        for call in (
            unserved_pb2_grpc.UnservedServiceStub(line).ListUnserved(
                unserved_pb2.ListUnservedRequest(unit_id=unit)
            ),
            follow_up_pb2_grpc.FollowUpServiceStub(line).ListCallbacks(
                follow_up_pb2.ListCallbacksRequest(unit_id=unit)
            ),
        ):
            assert set((await front.refused(call)).fields) == {"unit_id"}


@pytest.mark.parametrize("hours", [("1030Z", "T1200"), ("10:00", "T1200"), ("10.00", "11.00")])
async def test_the_hours_of_a_sitting_are_hours_and_minutes(front, hours):
    """Other forms of the standard could not be compared, and a paper would print them."""
    begins, ends = hours
    request = meeting.CallSittingRequest(
        request_id=str(new_id()), on_day="2026-11-10", begins=begins, ends=ends
    )
    door = MeetingDayServiceStub(front.line(front.clerk))
    assert "ends" in (await front.refused(door.CallSitting(request))).fields
