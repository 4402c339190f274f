import re

from intake.storage.tables import cases
from kernel.ids import new_id
from lianxin.intake.v1 import intake_service_pb2 as service


async def test_a_registered_case_is_read_back_and_tracked(front):
    """Register, read as the holder, and ask as the resident with number and code."""
    made = await front.register()
    assert re.fullmatch(r"330523002-\d{4}-00001", made.stamp.case_no)
    assert (made.stamp.epoch, made.stamp.version, made.stamp.state) == (1, 1, "registered")
    shown = await front.get(made.stamp.case_id)
    assert shown.shown == "CONTENT"
    assert "排水沟" in shown.content.narrative
    assert shown.content.parties[0].masked
    assert shown.content.parties[0].name == "周**"
    told = await front.intake().TrackCase(
        service.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code.lower())
    )
    assert told.holder_title
    assert [step.text for step in told.steps]
    assert not told.ended


async def test_a_repeated_request_id_gets_the_first_answer(front):
    """The same request is registered once and answered alike, code included."""
    request = service.RegisterCaseRequest(request_id=str(new_id()), draft=front.draft())
    stub = front.intake(front.clerk)
    assert await stub.RegisterCase(request) == await stub.RegisterCase(request)
    assert len(front.rows(cases)) == 1
