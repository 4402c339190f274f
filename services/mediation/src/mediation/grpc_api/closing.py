"""What a mediation is closed by, and how. Each: request → command, handler, result → response."""

from functools import partial
from uuid import UUID

from lianxin.mediation.v1 import casework_pb2 as pb
from mediation.convert import casework, closing
from mediation.domain.words import Asked
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.hearings import Hearings
from mediation.grpc_api.registrations import Registrations
from mediation.handlers import closing as ending
from mediation.handlers import finding


class Closing(CaseAct):
    """What leads to the archive."""

    _registrations: Registrations
    _hearings: Hearings

    async def FailMediation(
        self, request: pb.FailMediationRequest, _: object
    ) -> pb.FailMediationResponse:
        """No agreement."""
        return await self._act(
            request, closing.fail_mediation, ending.fail_mediation, pb.FailMediationResponse
        )

    async def RefuseMediation(
        self, request: pb.RefuseMediationRequest, _: object
    ) -> pb.RefuseMediationResponse:
        """不予调解, proposed."""
        return await self._act(
            request, closing.refuse_mediation, ending.refuse_mediation, pb.RefuseMediationResponse
        )

    async def DecideRefusal(
        self, request: pb.DecideRefusalRequest, _: object
    ) -> pb.DecideRefusalResponse:
        """By a second person."""
        return await self._act(
            request, casework.decide, ending.decide_refusal, pb.DecideRefusalResponse
        )

    async def WithdrawMediation(
        self, request: pb.WithdrawMediationRequest, _: object
    ) -> pb.WithdrawMediationResponse:
        """A wish, taken down."""
        return await self._act(
            request, casework.on_case, ending.withdraw_mediation, pb.WithdrawMediationResponse
        )

    async def ConfirmWithdrawal(
        self, request: pb.ConfirmWithdrawalRequest, _: object
    ) -> pb.ConfirmWithdrawalResponse:
        """Asked again."""
        return await self._act(
            request, casework.decide, ending.confirm_withdrawal, pb.ConfirmWithdrawalResponse
        )

    async def EstablishFacts(
        self, request: pb.EstablishFactsRequest, _: object
    ) -> pb.EstablishFactsResponse:
        """事实清楚; what a hearing concluded is asked of hearing."""
        wanted = closing.establish_facts(request)
        handler = self._with_office(finding.establish_facts)
        _, command = wanted
        if command.hearing:
            await self._expect_known(command.case_id)
            concluded = await self._hearings.concluded(command.case_id, command.hearing)
            handler = partial(handler, concluded=concluded)
        return await self._do(request, wanted, handler, pb.EstablishFactsResponse)

    async def FindRequest(
        self, request: pb.FindRequestRequest, _: object
    ) -> pb.FindRequestResponse:
        """逐条反馈."""
        return await self._act(
            request,
            closing.find_request,
            self._with_office(finding.find_request),
            pb.FindRequestResponse,
        )

    async def AnswerMediation(
        self, request: pb.AnswerMediationRequest, _: object
    ) -> pb.AnswerMediationResponse:
        """Answered in writing instead."""
        return await self._act(
            request,
            casework.on_case,
            self._with_office(ending.answer_mediation),
            pb.AnswerMediationResponse,
        )

    async def CarryOut(self, request: pb.CarryOutRequest, _: object) -> pb.CarryOutResponse:
        """落实."""
        return await self._act(request, closing.carry_out, finding.carry_out, pb.CarryOutResponse)

    async def NoteDuty(self, request: pb.NoteDutyRequest, _: object) -> pb.NoteDutyResponse:
        """A duty to report."""
        return await self._act(request, closing.note_duty, finding.note_duty, pb.NoteDutyResponse)

    async def Dispose(self, request: pb.DisposeRequest, _: object) -> pb.DisposeResponse:
        """三到位一处理."""
        return await self._act(
            request, closing.dispose, self._with_office(finding.dispose), pb.DisposeResponse
        )

    async def ApproveDisposition(
        self, request: pb.ApproveDispositionRequest, _: object
    ) -> pb.ApproveDispositionResponse:
        """By a second person."""
        return await self._act(
            request,
            closing.approve_disposition,
            finding.approve_disposition,
            pb.ApproveDispositionResponse,
        )

    async def Refer(self, request: pb.ReferRequest, _: object) -> pb.ReferResponse:
        """Help beside the mediation."""
        return await self._act(request, closing.refer, finding.refer, pb.ReferResponse)

    async def AskResident(
        self, request: pb.AskResidentRequest, _: object
    ) -> pb.AskResidentResponse:
        """Before closing; whether there is nobody to ask is for intake to say."""
        _, command = closing.ask_resident(request)
        anonymous = command.asked is Asked.ANONYMOUS and await self._anonymous(command.case_id)
        handler = partial(finding.ask_resident, anonymous=anonymous)
        return await self._act(request, closing.ask_resident, handler, pb.AskResidentResponse)

    async def _anonymous(self, case_id: UUID) -> bool:
        await self._expect_known(case_id)
        return (await self._registrations.of_case(case_id)).anonymous

    async def ProposeClosing(
        self, request: pb.ProposeClosingRequest, _: object
    ) -> pb.ProposeClosingResponse:
        """程序性办结, proposed."""
        return await self._act(
            request,
            closing.propose_closing,
            self._with_office(ending.propose_closing),
            pb.ProposeClosingResponse,
        )

    async def DecideClosing(
        self, request: pb.DecideClosingRequest, _: object
    ) -> pb.DecideClosingResponse:
        """By a second person."""
        return await self._act(
            request,
            casework.decide,
            self._with_office(ending.decide_closing),
            pb.DecideClosingResponse,
        )

    async def CloseMediation(
        self, request: pb.CloseMediationRequest, _: object
    ) -> pb.CloseMediationResponse:
        """三个不结案."""
        return await self._act(
            request,
            closing.close_mediation,
            self._with_office(ending.close_mediation),
            pb.CloseMediationResponse,
        )
