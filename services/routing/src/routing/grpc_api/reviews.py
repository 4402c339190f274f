"""ReviewService: asking for review 复查、复核, and deciding on it."""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from kernel.access import Access, Scope
from kernel.clock import Clock
from kernel.identity import Kind
from kernel.ids import parse_id
from kernel.interceptors import current_caller
from kernel.scope import Level
from lianxin.routing.v1 import review_pb2 as pb
from lianxin.routing.v1 import review_pb2_grpc as rpc
from routing.convert import reviews as convert
from routing.convert.handover import WORD, text
from routing.domain import reviews
from routing.errors import CaseUnknown
from routing.exchange.asking import Services
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.grpc_api.asking import AskingRpcs, Handler
from routing.handlers import reads
from routing.handlers.reviews import asking, deciding
from routing.storage import reading, review_lists, sealed
from routing.storage.reading import Found, NoteRead
from routing.storage.review_lists import Asked

SERVICE = "/lianxin.routing.v1.ReviewService/"
REVIEW_ACCESS = {
    SERVICE + "AskReview": Access("case.register", Scope.CASE, service=True),
    SERVICE + "ListReviews": Access("case.read.header", Scope.LIST),
    SERVICE + "GetReview": Access("case.read.content", Scope.CASE, service=True),
    SERVICE + "DecideReview": Access("case.close", Scope.CASE),
    SERVICE + "ApproveReview": Access("case.approve", Scope.CASE),
    SERVICE + "RedirectReview": Access("handover.forward", Scope.CASE),
}
RESIDENT, COUNTER = "resident", "counter"


class ReviewServicer(AskingRpcs, rpc.ReviewServiceServicer):
    """One method an RPC: request to command, handler, result to response."""

    def __init__(self, bridge: Bridge, clock: Clock, services: Services) -> None:
        self.bridge = bridge
        self.services = services
        self._clock = clock

    async def AskReview(self, request: pb.AskReviewRequest, _: Any) -> pb.AskReviewResponse:
        """By a clerk, or by intake for a resident who has proved himself there."""
        proven = current_caller().kind is Kind.SERVICE
        command = convert.ask(request, by=RESIDENT if proven else COUNTER)
        return await self.bridge.write(request, asking.ask_review, command, convert.asked)

    async def DecideReview(
        self, request: pb.DecideReviewRequest, _: Any
    ) -> pb.DecideReviewResponse:
        """The body's decision, proposed."""
        command = convert.decide(request)
        return await self.bridge.write(request, deciding.decide_review, command, convert.decided)

    async def ApproveReview(
        self, request: pb.ApproveReviewRequest, _: Any
    ) -> pb.ApproveReviewResponse:
        """The second person; what ends the case asks every service of the node first."""
        command = convert.approve(request)
        handler: Handler = deciding.approve_review
        if command.approved and await self.bridge.read(review_lists.ends_case, command.case_id):
            handler = await self.asked(command, reviews.CONCLUDED, handler)
        return await self.bridge.write(request, handler, command, convert.approved)

    async def RedirectReview(
        self, request: pb.RedirectReviewRequest, _: Any
    ) -> pb.RedirectReviewResponse:
        """Another body is competent."""
        command = convert.redirect(request)
        return await self.bridge.write(
            request, deciding.redirect_review, command, convert.redirected
        )

    async def ListReviews(self, request: pb.ListReviewsRequest, _: Any) -> pb.ListReviewsResponse:
        """What waits for a unit, the earliest end first."""
        size, caller = pages.size(request.page_size), current_caller()
        unit = text(request.unit_id, "unit_id", WORD * 2) or caller.unit
        wanted = Asked(
            caller=caller,
            now=self._clock.now(),
            today=self._today().isoformat(),
            unit="" if request.all else unit,
            overdue_only=request.overdue,
        )
        after = pages.position(request.page_token, tuple[str, UUID])
        rows = await self.bridge.read(review_lists.page, wanted, after, size + 1)
        directory, today = self.bridge.node.directory(), self._today()
        more = ""
        if len(rows) > size:
            last = rows[size - 1]
            place = last["clock_due_on"] or review_lists.NEVER
            more = pages.token(place, str(last["review_id"]))
        found = [convert.review_out(row, directory, today) for row in rows[:size]]
        return pb.ListReviewsResponse(reviews=found, next_page_token=more)

    async def GetReview(self, request: pb.GetReviewRequest, _: Any) -> pb.GetReviewResponse:
        """The reviews of a case; the texts only for somebody who may read its content."""
        found = await self._found(parse_id(request.case_id, "case_id"))
        case_id = found.row["case_id"]
        read = NoteRead(case_id, "GetReview", "texts")
        await self.bridge.peer(reads.note_read, read, case_id)
        rows = await self.bridge.read(review_lists.of_case, case_id)
        papers = await self.bridge.read(self._papers, case_id, found.level)
        directory, today = self.bridge.node.directory(), self._today()
        answer = await self._right(found.row)
        answer.papers.extend(
            pb.ReviewPaper(
                review=convert.review_out(row, directory, today),
                **papers.get(str(row["review_id"]), {}),
            )
            for row in rows
        )
        return answer

    async def _found(self, case_id: UUID) -> Found:
        now = self._clock.now()
        found: Found | None = await self.bridge.read(
            partial(reading.by_id, caller=current_caller(), case_id=case_id, now=now)
        )
        if found is None or found.row["sealed_for"]:
            raise CaseUnknown(case_id=case_id)
        return found

    def _papers(self, connection: Any, case_id: UUID, level: Level) -> dict[str, dict[str, str]]:
        if level < Level.CONTENT:
            return {}
        kept = review_lists.papers(connection, case_id)
        if not kept:
            return {}
        opened = sealed.opener(connection, self.bridge.node, case_id)
        return {
            review_id: {name: opened(content).decode() for name, content in texts.items()}
            for review_id, texts in kept.items()
        }

    async def _right(self, row: reading.Values) -> pb.GetReviewResponse:
        steps = await self.bridge.read(review_lists.steps, row["case_id"])
        standing = reviews.standing(steps)
        level = reviews.open_to(standing, row["ending"], self._today())
        until = standing.until if level and standing.phase is reviews.Phase.OPENED else None
        return pb.GetReviewResponse(
            may_ask=convert.level(level.value if level else ""),
            until=until.isoformat() if until else "",
        )

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return self.bridge.node.today(now)
