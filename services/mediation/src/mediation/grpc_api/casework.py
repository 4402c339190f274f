"""People, sessions and agreements. Each: request → command, handler, result → response."""

from lianxin.mediation.v1 import casework_pb2 as pb
from mediation.convert import casework
from mediation.grpc_api.case_act import CaseAct
from mediation.handlers import agreeing, assigning, meeting, performing


class Casework(CaseAct):
    """What mediators do with the parties."""

    async def RecuseMediator(
        self, request: pb.RecuseMediatorRequest, _: object
    ) -> pb.RecuseMediatorResponse:
        """Who steps back."""
        return await self._act(
            request,
            casework.recuse_mediator,
            self._with_office(assigning.recuse_mediator),
            pb.RecuseMediatorResponse,
        )

    async def ScheduleSession(
        self, request: pb.ScheduleSessionRequest, _: object
    ) -> pb.ScheduleSessionResponse:
        """Calls people together."""
        return await self._act(
            request,
            casework.schedule_session,
            self._with_office(meeting.schedule_session),
            pb.ScheduleSessionResponse,
        )

    async def CancelSession(
        self, request: pb.CancelSessionRequest, _: object
    ) -> pb.CancelSessionResponse:
        """It does not take place."""
        return await self._act(
            request, casework.cancel_session, meeting.cancel_session, pb.CancelSessionResponse
        )

    async def RecordSession(
        self, request: pb.RecordSessionRequest, _: object
    ) -> pb.RecordSessionResponse:
        """What came of it."""
        return await self._act(
            request,
            casework.record_session,
            self._with_office(meeting.record_session),
            pb.RecordSessionResponse,
        )

    async def DraftAgreement(
        self, request: pb.DraftAgreementRequest, _: object
    ) -> pb.DraftAgreementResponse:
        """A version."""
        return await self._act(
            request,
            casework.draft_agreement,
            self._with_office(agreeing.draft_agreement),
            pb.DraftAgreementResponse,
        )

    async def SignAgreement(
        self, request: pb.SignAgreementRequest, _: object
    ) -> pb.SignAgreementResponse:
        """One hand."""
        return await self._act(
            request,
            casework.sign_agreement,
            self._with_office(agreeing.sign_agreement),
            pb.SignAgreementResponse,
        )

    async def DropAgreement(
        self, request: pb.DropAgreementRequest, _: object
    ) -> pb.DropAgreementResponse:
        """Nobody signs it."""
        return await self._act(
            request, casework.on_case, agreeing.drop_agreement, pb.DropAgreementResponse
        )

    async def RenderTerm(self, request: pb.RenderTermRequest, _: object) -> pb.RenderTermResponse:
        """Something was done."""
        return await self._act(
            request, casework.render_term, performing.render_term, pb.RenderTermResponse
        )

    async def NoteDefault(
        self, request: pb.NoteDefaultRequest, _: object
    ) -> pb.NoteDefaultResponse:
        """A term is overdue."""
        return await self._act(
            request, casework.on_case, performing.note_default, pb.NoteDefaultResponse
        )

    async def ResumePerformance(
        self, request: pb.ResumePerformanceRequest, _: object
    ) -> pb.ResumePerformanceResponse:
        """Performance goes on."""
        return await self._act(
            request, casework.on_case, performing.resume, pb.ResumePerformanceResponse
        )

    async def RecordConfirmation(
        self, request: pb.RecordConfirmationRequest, _: object
    ) -> pb.RecordConfirmationResponse:
        """Of the court."""
        return await self._act(
            request,
            casework.record_confirmation,
            agreeing.record_confirmation,
            pb.RecordConfirmationResponse,
        )

    async def MediateAgain(
        self, request: pb.MediateAgainRequest, _: object
    ) -> pb.MediateAgainResponse:
        """Back to the table."""
        return await self._act(
            request, casework.on_case, performing.mediate_again, pb.MediateAgainResponse
        )
