"""复查、复核意见书: filled from what routing keeps of the review and mediation of the facts."""

import io
from dataclasses import replace

import grpc
import pytest
from docx import Document
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1.documents_pb2_grpc import DocumentServiceStub
from lianxin.routing.v1 import review_pb2, review_pb2_grpc

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OPINION = {
    "facts": "院墙占用排水沟约0.4米，情况属实。",
    "basis": "xinfang_2022:32",
    "outcome": "supported",
    "opinion": "限期拆除占沟部分。",
    "review_body": "s-anji",
}
SAID = "经复查，原意见事实清楚，予以维持。"


class RoutingThatReviewed(review_pb2_grpc.ReviewServiceServicer):
    """Routing's one answer that intake asks for: the reviews of a case."""

    def __init__(self):
        self.address, self.papers = "", []

    async def GetReview(self, request, _):
        """The same for each case."""
        return review_pb2.GetReviewResponse(papers=self.papers)


@pytest.fixture
async def routing():
    """A server that answers as routing does."""
    server, known = grpc.aio.server(), RoutingThatReviewed()
    review_pb2_grpc.add_ReviewServiceServicer_to_server(known, server)
    known.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    known.server = server
    yield known
    await server.stop(0)


@pytest.fixture
def settings(settings, routing):
    """An intake with a routing to ask."""
    return replace(settings, routing=routing.address)


def reviewed(level, result=review_pb2.REVIEW_RESULT_UPHELD, unit="s-dipu"):
    """A review with its decision."""
    one = review_pb2.Review(
        level=level,
        asked_at=Timestamp(seconds=1_795_000_000),
        reviewed_unit=unit,
        result=result,
    )
    return review_pb2.ReviewPaper(review=one, opinion=SAID, basis="《信访工作条例》第三十五条")


async def make(front, stamp, kind, **values):
    """A document that was made."""
    request = pb.RenderDocumentRequest(
        request_id=str(new_id()),
        case_id=stamp.case_id,
        seen=common.Seen(epoch=stamp.epoch, version=stamp.version),
        kind=kind,
        values=[pb.DocumentValue(name=name, value=value) for name, value in values.items()],
    )
    return await DocumentServiceStub(front.line(front.clerk)).RenderDocument(request)


async def answered(front):
    """A petition with its written opinion."""
    made = (await front.register()).stamp
    seen = common.Seen(epoch=made.epoch, version=made.version)
    accept = service.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.case_id,
        seen=seen,
        procedure=common.PROCEDURE_PETITION,
    )
    stamp = (await front.intake(front.clerk).AcceptCase(accept)).stamp
    return (await make(front, stamp, "opinion", **OPINION)).stamp


def text_of(document):
    """All text of a docx file."""
    body = Document(io.BytesIO(document.data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def test_an_opinion_on_review_says_what_is_on_file_and_typing_only_adds(front, routing):
    """Decision, day, unit and facts from the file; another outcome is refused."""
    stamp = await answered(front)
    routing.papers = [reviewed(review_pb2.REVIEW_LEVEL_REVIEW)]
    body = {"review_body": "s-anji"}
    made = await make(front, stamp, "review_opinion", **body)
    text = text_of(made)
    assert SAID in text
    assert OPINION["facts"] in text
    assert "维持" in text
    assert "2026年11月18日" in text
    assert "递铺街道" in text
    added = await make(front, made.stamp, "review_opinion", facts="另查明，沟宽0.6米。", **body)
    assert OPINION["facts"] in text_of(added)
    assert "另查明，沟宽0.6米。" in text_of(added)
    wrong = await front.refused(
        make(front, added.stamp, "review_opinion", outcome="revoked", **body)
    )
    assert wrong.reason == "DOCUMENT_VALUES_INVALID"
    assert list(wrong.fields) == ["values.outcome"]


async def test_what_mediation_established_meanwhile_is_what_a_review_found(
    front, routing, mediation, mediated
):
    """The findings of mediation stand for those of the opinion under review."""
    stamp = await mediated(front)
    routing.papers = [reviewed(review_pb2.REVIEW_LEVEL_REREVIEW)]
    mediation.file.closing.facts = "双方确认沟宽0.6米。"
    text = text_of(await make(front, stamp, "rereview_opinion", opinion_unit="s-anji"))
    assert "双方确认沟宽0.6米。" in text
    assert SAID in text


async def test_without_an_answer_of_routing_the_paper_waits(front, routing):
    """Nothing is typed in its place: the refusal says to try again."""
    stamp = await answered(front)
    await routing.server.stop(0)
    refused = await front.refused(make(front, stamp, "review_opinion", review_body="s-anji"))
    assert refused.reason == "REVIEW_AWAY"
