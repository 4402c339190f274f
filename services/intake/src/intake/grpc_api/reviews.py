"""ReviewDoorService: a resident asks for review with number and code; routing takes the request."""

from typing import Any
from uuid import UUID

import grpc
from grpc.aio import ServicerContext

from intake.desk import Desk, id_of
from intake.domain.text import text_violations
from intake.errors_review import SAID_BY_ROUTING, NotYoursToReview, ReviewAway
from intake.tracking import Tracker
from kernel.access import anybody
from kernel.catalogue import Catalogue
from kernel.errors import InvalidInput, MissingField
from kernel.grpc_client import Line, from_error
from kernel.interceptors.credentials import read as incoming
from lianxin.intake.v1 import review_pb2 as pb
from lianxin.intake.v1 import review_pb2_grpc as rpc
from lianxin.routing.v1 import review_pb2 as routing
from lianxin.routing.v1 import review_pb2_grpc as routing_rpc

SERVICE = "/lianxin.intake.v1.ReviewDoorService/"
REVIEW_ACCESS = {SERVICE + "RequestReview": anybody()}
GROUNDS = 5000
ANSWER_S = 5.0
LEVELS = {
    routing.REVIEW_LEVEL_REVIEW: "review",
    routing.REVIEW_LEVEL_REREVIEW: "rereview",
}


class Reviews:
    """Routing of this node, which takes requests; None where there is no routing to ask."""

    def __init__(self, line: Line | None, texts: Catalogue) -> None:
        self._texts = texts
        self._stub: routing_rpc.ReviewServiceAsyncStub | None = (
            None if line is None else routing_rpc.ReviewServiceStub(line)
        )

    async def ask(self, request_id: UUID, case_id: UUID, grounds: str) -> routing.AskReviewResponse:
        """Hand a request over; a repeat of its id gets the first answer.

        Raises:
            ReviewAway: routing does not answer.
            what it refuses by, as `SAID_BY_ROUTING` tells.
        """
        if self._stub is None:
            raise ReviewAway
        asked = routing.AskReviewRequest(
            request_id=str(request_id), case_id=str(case_id), grounds=grounds
        )
        try:
            return await self._stub.AskReview(asked, timeout=ANSWER_S)
        except grpc.aio.AioRpcError as error:
            remote = from_error(error, self._texts)
            kind = SAID_BY_ROUTING.get(remote.reason)
            if kind is None:
                raise ReviewAway from None
            raise kind(**remote.ids) from None


class ReviewDoorServicer(rpc.ReviewDoorServiceServicer):
    """Number and code say who asks; what is wrong with them is not told."""

    def __init__(self, desk: Desk, texts: Catalogue, tracker: Tracker, reviews: Reviews) -> None:
        self._desk = desk
        self._texts = texts
        self._tracker = tracker
        self._reviews = reviews

    async def RequestReview(
        self, request: pb.RequestReviewRequest, context: ServicerContext[Any, Any]
    ) -> pb.RequestReviewResponse:
        """Taken for the case that goes on, if this number was merged into another."""
        request_id = id_of(request.request_id, "request_id")
        _check(request.grounds)
        asking = await self._tracker.who_asks(
            self._desk.readers, request.case_no, request.query_code
        )
        if not asking.asks:
            raise NotYoursToReview
        taken = await self._reviews.ask(request_id, asking.row["case_id"], request.grounds)
        level = LEVELS[taken.level]
        language = incoming(context.invocation_metadata()).language
        return pb.RequestReviewResponse(
            case_no=asking.row["case_no"],
            level=level,
            told=self._texts.text(f"ASKED_{level}", language),
        )


def _check(grounds: str) -> None:
    if not grounds.strip():
        raise MissingField.of("grounds")
    wrong = text_violations("grounds", grounds, GROUNDS)
    if wrong:
        raise InvalidInput(*wrong)
