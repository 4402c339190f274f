"""Papers of a hearing are filled from what hearing really answers intake, as services of a node."""

import io

import pytest
from docx import Document

from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as words
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as hearing
from lianxin.intake.v1 import documents_pb2 as documents
from lianxin.intake.v1 import intake_service_pb2 as intake

from .test_mediation import TOWN, Calls
from .test_reviews import accepted, registered

pytestmark = [pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="session")]
WHY = "几户邻居都受影响，请公开听一听大家的意见"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


async def render(call, case_id, kind):
    """Make a paper of the case as it is now; the answer, or why not."""
    shown = (await call("GetCase", intake.GetCaseRequest(case_id=case_id), TOWN)).case
    request = documents.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=case_id,
        seen=words.Seen(epoch=shown.epoch, version=shown.version),
        kind=kind,
    )
    return await call("RenderDocument", request, TOWN)


async def test_hearing_lets_intake_read_what_its_papers_say(county, all_rpcs):
    """The application quotes the request; of the day and the conclusion there is nothing yet."""
    call = Calls(county, all_rpcs)
    made = await registered(county, all_rpcs)
    await accepted(county, all_rpcs, made.stamp, words.PROCEDURE_PETITION)
    case_id = made.stamp.case_id
    assert (await render(call, case_id, "hearing_notice")).reason == "DOCUMENT_NO_HEARING"
    request = hearing.RequestHearingRequest(
        request_id=str(new_id()),
        case_id=case_id,
        epoch=1,
        asked_by=hearing_pb2.ASKED_BY_HANDLER,
        triggers=["strong_dispute"],
        reason=WHY,
    )

    async def taken():
        return hasattr(await call("RequestHearing", request, TOWN), "stamp")

    await eventually(taken)
    paper = await render(call, case_id, "hearing_request")
    body = Document(io.BytesIO(paper.data)).element.body
    text = "".join(one.text or "" for one in body.iter(f"{W}t"))
    assert WHY in text
    assert "（一）争议较大" in text
    for kind, missing in (
        ("hearing_notice", "hearing_time"),
        ("hearing_record", "record"),
        ("hearing_opinions", "opinions"),
        ("hearing_conclusion", "conclusion"),
    ):
        refused = await render(call, case_id, kind)
        assert refused.reason == "DOCUMENT_VALUES_INVALID", kind
        assert f"values.{missing}" in refused.fields
