"""A resident asks for review at intake's door; routing takes it, or says why not."""

from functools import partial

import pytest
from google.protobuf.message_factory import GetMessageClass

from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.intake.v1.review_pb2 import RequestReviewRequest
from lianxin.routing.v1 import custody_pb2, review_pb2

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
GROUNDS = "答复没有说到楼板的裂缝"


def named(all_rpcs, name):
    """An RPC by its name."""
    return next(rpc for rpc in all_rpcs if rpc.name.endswith(f"/{name}"))


async def registered(county, all_rpcs):
    """A case of the owner's unit that routing knows; the answer of the registration."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="林秋生", phone="13900005555")],
        narrative="三楼的楼板裂了一条长缝，说是装修队拆了墙，要求有人来鉴定。",
        place_code="330523002001",
    )
    request = intake_service_pb2.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
    made = await county.call(named(all_rpcs, "RegisterCase"), request, county.owner)
    asked = custody_pb2.GetCustodyRequest(case_id=made.stamp.case_id)

    async def known():
        found = await county.call(named(all_rpcs, "GetCustody"), asked, county.owner)
        return hasattr(found, "custody")

    await eventually(known)
    return made


async def accepted(county, all_rpcs, stamp, procedure):
    """The case accepted under a procedure; where it stands."""
    accept = named(all_rpcs, "AcceptCase")
    given = GetMessageClass(accept.method.input_type)(
        request_id=str(new_id()),
        case_id=stamp.case_id,
        seen=words.Seen(epoch=1, version=stamp.version),
        procedure=procedure,
    )
    return (await county.call(accept, given, county.owner)).stamp


async def test_what_routing_refuses_is_told_by_its_own_name(county, all_rpcs):
    """A mediated matter has no review; a petition not before its answer."""
    made = await registered(county, all_rpcs)
    request = RequestReviewRequest(
        request_id=str(new_id()),
        case_no=made.stamp.case_no,
        query_code=made.query_code,
        grounds=GROUNDS,
    )

    async def refused_by(reason):
        answer = await county.call(named(all_rpcs, "RequestReview"), request)
        return answer.reason == reason

    stamp = await accepted(county, all_rpcs, made.stamp, words.PROCEDURE_PEOPLES_MEDIATION)
    await eventually(partial(refused_by, "REVIEW_NOT_PROVIDED"))
    await accepted(county, all_rpcs, stamp, words.PROCEDURE_PETITION)
    await eventually(partial(refused_by, "REVIEW_BEFORE_ANSWER"))
    shown = await county.call(
        named(all_rpcs, "GetReview"),
        review_pb2.GetReviewRequest(case_id=made.stamp.case_id),
        county.owner,
    )
    assert (list(shown.papers), shown.may_ask) == ([], review_pb2.REVIEW_LEVEL_UNSPECIFIED)
