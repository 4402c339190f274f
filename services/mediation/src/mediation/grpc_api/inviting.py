"""SessionInvitationService: people who help at one session, and what they see of it."""

from functools import partial
from typing import Any
from uuid import UUID

from grpc.aio import ServicerContext

from kernel.access import Access, Scope
from kernel.doors.inviting import undertaking_message
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding.rows import Words
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.inviting import Sight, expect_open, expect_untied
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.mediation.v1 import invitation_pb2 as pb
from lianxin.mediation.v1 import invitation_pb2_grpc as grpc
from mediation.commands import RecordRead
from mediation.convert import inviting as convert
from mediation.convert.file import participant_message
from mediation.convert.mediations import stamp_message
from mediation.desk import Desk, id_of
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.registrations import Registrations
from mediation.handlers import inviting
from mediation.handlers.invited_sight import sights
from mediation.handlers.reads import record_read
from mediation.storage import file as storage
from mediation.storage.inviting import Own, own_of
from mediation.storage.tables_closing import casework
from mediation.storage.tables_people import participant

INVITATION = "/lianxin.mediation.v1.SessionInvitationService/"
ATTEND = "invited.attend"
INVITATION_ACCESS = {
    **{
        INVITATION + name: Access("mediation.run", scope=Scope.CASE)
        for name in (
            "InviteToSession",
            "WithdrawSessionInvitation",
            "RecordSessionWord",
            "RecordSessionAnswer",
            "RecordSessionPresence",
        )
    },
    INVITATION + "ListSessionInvitations": Access(ATTEND, scope=Scope.LIST),
    INVITATION + "AnswerSessionInvitation": Access(ATTEND, scope=Scope.CASE),
    INVITATION + "GetInvitedSession": Access(ATTEND, scope=Scope.CASE),
}


class SessionInvitationServicer(CaseAct, grpc.SessionInvitationServiceServicer):
    """Staff invite; the invited answer, and see this one matter as long as the rule lets them."""

    def __init__(self, desk: Desk, registrations: Registrations) -> None:
        self._desk = desk
        self._registrations = registrations

    async def InviteToSession(
        self, request: pb.InviteToSessionRequest, _: object
    ) -> pb.InviteToSessionResponse:
        """Somebody is to help."""
        request_id, command = convert.invite(request)
        handler = partial(inviting.invite, office=self._desk.office)
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: pb.InviteToSessionResponse = await self._desk.act(
            request,
            work,
            lambda asked: pb.InviteToSessionResponse(stamp=stamp_message(asked.stamp), no=asked.no),
            pb.InviteToSessionResponse,
        )
        return done

    async def WithdrawSessionInvitation(
        self, request: pb.WithdrawSessionInvitationRequest, _: object
    ) -> pb.WithdrawSessionInvitationResponse:
        """Nobody is to come after all."""
        respond = pb.WithdrawSessionInvitationResponse
        return await self._act(request, convert.on_invitation, inviting.withdraw, respond)

    async def RecordSessionWord(
        self, request: pb.RecordSessionWordRequest, _: object
    ) -> pb.RecordSessionWordResponse:
        """What a party says of it."""
        respond = pb.RecordSessionWordResponse
        return await self._act(request, convert.word, inviting.record_word, respond)

    async def RecordSessionAnswer(
        self, request: pb.RecordSessionAnswerRequest, _: object
    ) -> pb.RecordSessionAnswerResponse:
        """Of somebody who does not sign in."""
        respond = pb.RecordSessionAnswerResponse
        return await self._act(request, convert.answer, inviting.record_answer, respond)

    async def RecordSessionPresence(
        self, request: pb.RecordSessionPresenceRequest, _: object
    ) -> pb.RecordSessionPresenceResponse:
        """Who was there."""
        respond = pb.RecordSessionPresenceResponse
        return await self._act(request, convert.presence, inviting.record_presence, respond)

    async def AnswerSessionInvitation(
        self, request: pb.AnswerSessionInvitationRequest, _: object
    ) -> pb.AnswerSessionInvitationResponse:
        """The caller's own answer."""
        respond = pb.AnswerSessionInvitationResponse
        if request.answer == words.INVITATION_ANSWER_ACCEPT:
            case_id = id_of(request.case_id, "case_id")
            expect_untied(await self._sights(case_id), request.no)
        return await self._act(request, convert.answer, inviting.answer_own, respond)

    async def ListSessionInvitations(
        self, _: pb.ListSessionInvitationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListSessionInvitationsResponse:
        """What the caller is invited to: numbers, times, and why anything is shut."""
        found = await self._sights(None)
        language = incoming(context.invocation_metadata()).language
        return pb.ListSessionInvitationsResponse(
            invitations=map(convert.own_message, found),
            undertaking=undertaking_message(language),
        )

    async def GetInvitedSession(
        self, request: pb.GetInvitedSessionRequest, _: object
    ) -> pb.GetInvitedSessionResponse:
        """The matter, for whom it is open; the reading is on record first."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        open_now = expect_open(await self._sights(case_id))
        read = RecordRead(case_id, "GetInvitedSession", "")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        matter = await self._registrations.matter_of(case_id, caller.id)
        row = open_now[0].own.mediation
        file = await self._desk.readers.run(partial(storage.file_of, row=row))
        words = Words(self._desk.office.vault.of_case(file.key))
        facts = [words.open(casework, one, "sealed_facts") for one in file.of(casework)]
        return pb.GetInvitedSessionResponse(
            matter=matter,
            participants=map(participant_message, file.of(participant)),
            sessions=[convert.session_message(one, words) for one in open_now],
            facts="\n".join(one.get("what", "") for one in facts),
        )

    async def _sights(self, case_id: UUID | None) -> list[Sight[Own]]:
        account, now = current_caller().id, self._desk.clock.now()
        look = partial(own_of, account=account, case_id=case_id)
        return sights(await self._desk.readers.run(look), self._desk.office, now)


def invitation_served(desk: Desk, registrations: Registrations) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["SessionInvitationService"],
        grpc.add_SessionInvitationServiceServicer_to_server,
        SessionInvitationServicer(desk, registrations),
        INVITATION_ACCESS,
    )
