"""Asking routing how a case is handled, before a hearing of it is asked for or set."""

from uuid import UUID

from hearing.convert.matters import matter_from, review_from
from hearing.domain.matter import Matter, Reviewed
from hearing.errors import CaseMissing, RoutingAway
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc, review_pb2, review_pb2_grpc

ANSWER_S = 5.0


class Matters:
    """What routing of this node knows; None where there is no routing to ask."""

    def __init__(self, routing: Line | None) -> None:
        self._stub: custody_pb2_grpc.CustodyServiceAsyncStub | None = None
        self._reviews: review_pb2_grpc.ReviewServiceAsyncStub | None = None
        if routing is not None:
            self._stub = custody_pb2_grpc.CustodyServiceStub(routing)
            self._reviews = review_pb2_grpc.ReviewServiceStub(routing)

    async def of_case(self, case_id: UUID | str, *, reviewed: bool = False) -> Matter:
        """How the case is handled; with `reviewed`, the review that is under way, too.

        Raises:
            CaseMissing: routing does not know it.
            RoutingAway: routing does not answer.
        """
        if self._stub is None:
            raise RoutingAway
        request = custody_pb2.GetCustodyRequest(case_id=str(case_id))
        asked = self._stub.GetCustody(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=RoutingAway())
        if answer is None:
            raise CaseMissing
        review = await self._review_of(case_id) if reviewed else None
        return matter_from(answer.custody, review)

    async def _review_of(self, case_id: UUID | str) -> Reviewed | None:
        if self._reviews is None:
            raise RoutingAway
        request = review_pb2.GetReviewRequest(case_id=str(case_id))
        asked = self._reviews.GetReview(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=RoutingAway())
        return None if answer is None else review_from(answer)
