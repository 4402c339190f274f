"""Asking routing of this node for the reviews of a case, for the papers of the case."""

from datetime import UTC

from intake.documents.errors import ReviewAway
from intake.documents.reviewed import Reviewed
from intake.office import day_of
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.routing.v1 import review_pb2, review_pb2_grpc

ANSWER_S = 10.0


class ReviewFiles:
    """What routing of this node keeps. Without a line there is nothing on file."""

    def __init__(self, routing: Line | None) -> None:
        self._stub: review_pb2_grpc.ReviewServiceAsyncStub | None = (
            None if routing is None else review_pb2_grpc.ReviewServiceStub(routing)
        )

    async def of_case(self, case_id: str) -> list[Reviewed]:
        """The reviews of a case, oldest first; the reading is on record at routing.

        Raises:
            ReviewAway: routing does not answer.
        """
        if self._stub is None:
            return []
        request = review_pb2.GetReviewRequest(case_id=case_id)
        asked = self._stub.GetReview(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=ReviewAway())
        papers = list(answer.papers) if answer is not None else []
        return [_reviewed(one) for one in papers]


def _reviewed(paper: review_pb2.ReviewPaper) -> Reviewed:
    one = paper.review
    return Reviewed(
        level=_word(review_pb2.ReviewLevel.Name(one.level), "REVIEW_LEVEL_"),
        asked_on=day_of(one.asked_at.ToDatetime(UTC)),
        reviewed_unit=one.reviewed_unit,
        result=_word(review_pb2.ReviewResult.Name(one.result), "REVIEW_RESULT_"),
        opinion=paper.opinion,
        basis=paper.basis,
    )


def _word(name: str, prefix: str) -> str:
    """An enum value as a word; empty for none."""
    word = name.removeprefix(prefix).lower()
    return "" if word == "unspecified" else word
