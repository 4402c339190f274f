"""Acts on a registered case. Each: request → command, handler, result → response."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from intake.convert import answers, commands, groups
from intake.convert.dues import due_messages
from intake.desk import Desk, id_of
from intake.domain import numbering
from intake.grpc_api.mediations import Mediations
from intake.handlers import (
    acceptance,
    amending,
    codes,
    ending,
    findings,
    grouping,
    linking,
    refusal,
)
from intake.handlers.acting import Stamp
from intake.storage.tables import case_key, cases, write_grant
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.intake.v1 import intake_service_pb2 as pb

T = TypeVar("T")
R = TypeVar("R", bound=Message)


class Acting:
    """The counter's and the second person's acts."""

    _desk: Desk
    _mediations: Mediations

    async def AmendCase(self, request: pb.AmendCaseRequest, _: object) -> pb.AmendCaseResponse:
        """补正、更正."""
        command = commands.amend_case(request)
        return await self._act(
            request,
            amending.amend_case,
            command,
            lambda done: pb.AmendCaseResponse(
                stamp=answers.stamp_message(done.stamp),
                party_codes=answers.party_codes(done.added),
            ),
        )

    async def ConfirmSuggestions(
        self, request: pb.ConfirmSuggestionsRequest, _: object
    ) -> pb.ConfirmSuggestionsResponse:
        """A person's decision on what was suggested."""
        command = commands.confirm_suggestions(request)
        stamped = _stamped(pb.ConfirmSuggestionsResponse)
        return await self._act(request, acceptance.confirm_suggestions, command, stamped)

    async def AcceptCase(self, request: pb.AcceptCaseRequest, _: object) -> pb.AcceptCaseResponse:
        """受理, with the clocks that start by it."""
        command = commands.accept_case(request, self._desk.clock.now())
        return await self._act(
            request,
            acceptance.accept_case,
            command,
            lambda done: pb.AcceptCaseResponse(
                stamp=answers.stamp_message(done.stamp),
                dues=due_messages(self._desk.office.calendar, done),
            ),
        )

    async def RefuseCase(self, request: pb.RefuseCaseRequest, _: object) -> pb.RefuseCaseResponse:
        """One of the five, proposed."""
        command = commands.refuse_case(request)
        if command.accepted_case_id is not None:
            await self._desk.see(current_caller(), command.accepted_case_id)
        return await self._act(
            request, refusal.refuse_case, command, _stamped(pb.RefuseCaseResponse)
        )

    async def DecideRefusal(
        self, request: pb.DecideRefusalRequest, _: object
    ) -> pb.DecideRefusalResponse:
        """The second person's decision."""
        command = commands.decide_refusal(request)
        stamped = _stamped(pb.DecideRefusalResponse)
        return await self._act(request, refusal.decide_refusal, command, stamped)

    async def AnswerOnTheSpot(
        self, request: pb.AnswerOnTheSpotRequest, _: object
    ) -> pb.AnswerOnTheSpotResponse:
        """当场答复, one step."""
        command = commands.answer_on_the_spot(request)
        await self._desk.see(current_caller(), command.case_id)
        await self._mediations.expect_none_open(self._desk, command.case_id)
        stamped = _stamped(pb.AnswerOnTheSpotResponse)
        return await self._act(request, ending.answer_on_the_spot, command, stamped)

    async def WithdrawCase(
        self, request: pb.WithdrawCaseRequest, _: object
    ) -> pb.WithdrawCaseResponse:
        """The resident's wish."""
        command = commands.withdraw_case(request)
        return await self._act(
            request, ending.withdraw_case, command, _stamped(pb.WithdrawCaseResponse)
        )

    async def ConfirmWithdrawal(
        self, request: pb.ConfirmWithdrawalRequest, _: object
    ) -> pb.ConfirmWithdrawalResponse:
        """Somebody else has asked the resident."""
        command = commands.confirm_withdrawal(request)
        stamped = _stamped(pb.ConfirmWithdrawalResponse)
        return await self._act(request, ending.confirm_withdrawal, command, stamped)

    async def VoidCase(self, request: pb.VoidCaseRequest, _: object) -> pb.VoidCaseResponse:
        """误登作废."""
        command = commands.void_case(request)
        return await self._act(request, ending.void_case, command, _stamped(pb.VoidCaseResponse))

    async def MergeCases(self, request: pb.MergeCasesRequest, _: object) -> pb.MergeCasesResponse:
        """并案."""
        command = commands.merge_cases(request)
        await self._desk.see(current_caller(), command.into_id)
        return await self._act(
            request,
            linking.merge_cases,
            command,
            lambda done: pb.MergeCasesResponse(
                merged=answers.stamp_message(done.merged), into=answers.stamp_message(done.into)
            ),
            case_id=command.from_id,
        )

    async def LinkCases(self, request: pb.LinkCasesRequest, _: object) -> pb.LinkCasesResponse:
        """A link to another case."""
        command = commands.link_cases(request)
        await self._desk.see(current_caller(), command.other_id)
        return await self._act(request, linking.link_cases, command, _stamped(pb.LinkCasesResponse))

    async def LinkGroup(self, request: pb.LinkGroupRequest, _: object) -> pb.LinkGroupResponse:
        """群体事项."""
        command = groups.link_group(request)
        for case_id in command.case_ids:
            await self._desk.see(current_caller(), case_id)
        return await self._act(
            request,
            grouping.link_group,
            command,
            lambda done: pb.LinkGroupResponse(
                stamp=answers.stamp_message(done.stamp),
                party_codes=answers.party_codes(done.added),
            ),
        )

    async def AddFinding(self, request: pb.AddFindingRequest, _: object) -> pb.AddFindingResponse:
        """逐条反馈."""
        command = commands.add_finding(request)
        return await self._act(
            request, findings.add_finding, command, _stamped(pb.AddFindingResponse)
        )

    async def ReissueCode(
        self, request: pb.ReissueCodeRequest, _: object
    ) -> pb.ReissueCodeResponse:
        """A new query code."""
        command = commands.reissue_code(request)
        return await self._act(
            request,
            codes.reissue_code,
            command,
            lambda code: pb.ReissueCodeResponse(query_code=numbering.shown_code(code)),
        )

    async def _act(
        self,
        request: Any,
        handler: Callable[..., T],
        command: Any,
        respond: Callable[[T], R],
        *,
        case_id: UUID | None = None,
    ) -> R:
        """Do it once for its request id, for somebody who may know of the case."""
        request_id, which = id_of(request.request_id, "request_id"), case_id or command.case_id
        await self._desk.see(current_caller(), which)
        if "office" in handler.__annotations__:
            handler = partial(handler, office=self._desk.office)
        work = Work(
            handler,
            command,
            key=str(which),
            request_id=request_id,
            prefetch=tuple((table, {"case_id": which}) for table in (cases, write_grant, case_key)),
        )
        done: R = await self._desk.act(request, work, respond, _response_type(request))
        return done


def _response_type(request: Message) -> type[Message]:
    name = type(request).__name__.removesuffix("Request")
    response: type[Message] = getattr(pb, f"{name}Response")
    return response


def _stamped(response: Callable[..., R]) -> Callable[[Stamp], R]:
    """A response that is the stamp alone."""
    return lambda stamp: response(stamp=answers.stamp_message(stamp))
