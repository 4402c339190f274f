"""A resident asks for a hearing at intake's door; hearing takes it, and the log tells of it."""

from functools import partial

import pytest

from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as words
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as hearing
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.hearing_door_pb2 import AskForHearingRequest

from .test_mediation import TOWN, Calls
from .test_reviews import accepted, registered

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]
WHY = "几户邻居都受影响，请公开听一听大家的意见"


async def test_a_hearing_is_asked_for_decided_logged_and_told_to_the_resident(county, all_rpcs):
    """Not before acceptance; then once; entries of the log follow, and tracking has words."""
    call = Calls(county, all_rpcs)
    made = await registered(county, all_rpcs)
    request = AskForHearingRequest(
        request_id=str(new_id()), case_no=made.stamp.case_no, query_code=made.query_code, reason=WHY
    )

    async def answered(name):
        return getattr(await call("AskForHearing", request, None), "reason", "") == name

    await eventually(partial(answered, "HEARING_BEFORE_ACCEPTANCE"))
    await accepted(county, all_rpcs, made.stamp, words.PROCEDURE_PETITION)
    await eventually(partial(answered, ""))
    again = AskForHearingRequest()
    again.CopyFrom(request)
    again.request_id = str(new_id())
    assert (await call("AskForHearing", again, None)).reason == "HEARING_ASKED_FOR"

    case_id = made.stamp.case_id
    shown = (await call("GetHearing", hearing.GetHearingRequest(case_id=case_id), TOWN)).file
    (one,) = shown.hearings
    assert (one.asked_by, one.request) == (hearing_pb2.ASKED_BY_RESIDENT, WHY)
    decision = hearing.DecideHearingRequest(
        request_id=str(new_id()),
        case_id=case_id,
        epoch=shown.epoch,
        version=shown.version,
        granted=True,
        reason="涉及户数多，公开听证。",
    )
    assert (await call("DecideHearing", decision, TOWN)).stamp.state == "granted"

    async def told():
        kinds = await call.kinds(case_id)
        return {"hearing.requested", "hearing.decided"} <= set(kinds)

    await eventually(told)
    track = intake.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code)

    async def tracked():
        steps = (await call("TrackCase", track, None)).steps
        return any("听证" in step.text for step in steps)

    await eventually(tracked)
    custody = await call.custody(case_id)
    assert custody.holder_unit == TOWN.unit
