"""ReceptionService: people who help at one reception of a case, and what they see of it."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from grpc.aio import ServicerContext

from intake.commands import RecordRead
from intake.convert import inviting as convert
from intake.convert.answers import stamp_message
from intake.convert.matters import matter_message
from intake.desk import Desk, id_of
from intake.errors import CaseMissing, ContentClosed, ReasonNeeded, SealedMatter
from intake.handlers import inviting
from intake.handlers.acting import Stamp
from intake.handlers.invited_sight import sights
from intake.handlers.reads import record_read
from intake.storage import reading
from intake.storage.inviting import Own, own_of, receptions_of
from intake.vault import CaseVault
from kernel.access import Access, Scope
from kernel.doors.inviting import undertaking_message
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.inviting import Act, Asked, Sight, expect_open, expect_untied
from kernel.roles import role_table
from kernel.scope import Level
from lianxin.intake.v1 import reception_pb2 as pb
from lianxin.intake.v1 import reception_pb2_grpc as grpc

RECEPTION = "/lianxin.intake.v1.ReceptionService/"
RECEIVE, ATTEND = "case.amend", "invited.attend"
RECEPTION_ACCESS = {
    **{
        RECEPTION + name: Access(RECEIVE, scope=Scope.CASE)
        for name in (
            "InviteToReception",
            "WithdrawReceptionInvitation",
            "RecordReceptionWord",
            "RecordReceptionAnswer",
            "RecordReceptionPresence",
        )
    },
    RECEPTION + "ListReceptions": Access("case.read.content", scope=Scope.CASE),
    RECEPTION + "ListReceptionInvitations": Access(ATTEND, scope=Scope.LIST),
    RECEPTION + "AnswerReceptionInvitation": Access(ATTEND, scope=Scope.CASE),
    RECEPTION + "GetInvitedReception": Access(ATTEND, scope=Scope.CASE),
}
FIELDS = "content,parties"
R = TypeVar("R", bound=Message)


class ReceptionServicer(grpc.ReceptionServiceServicer):
    """Staff invite; the invited answer, and see this one matter as long as the rule lets them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def InviteToReception(
        self, request: pb.InviteToReceptionRequest, _: object
    ) -> pb.InviteToReceptionResponse:
        """Somebody is to help."""
        handler = partial(inviting.invite, office=self._desk.office)

        def respond(asked: Asked) -> pb.InviteToReceptionResponse:
            return pb.InviteToReceptionResponse(stamp=stamp_message(asked.stamp), no=asked.no)

        command = convert.invite(request)
        return await self._act(request, command, handler, respond, pb.InviteToReceptionResponse)

    async def WithdrawReceptionInvitation(
        self, request: pb.WithdrawReceptionInvitationRequest, _: object
    ) -> pb.WithdrawReceptionInvitationResponse:
        """Nobody is to come after all."""
        command = convert.on_invitation(request)
        respond = pb.WithdrawReceptionInvitationResponse
        return await self._stamped(request, command, inviting.withdraw, respond)

    async def RecordReceptionWord(
        self, request: pb.RecordReceptionWordRequest, _: object
    ) -> pb.RecordReceptionWordResponse:
        """What a party says of it."""
        command, respond = convert.word(request), pb.RecordReceptionWordResponse
        return await self._stamped(request, command, inviting.record_word, respond)

    async def RecordReceptionAnswer(
        self, request: pb.RecordReceptionAnswerRequest, _: object
    ) -> pb.RecordReceptionAnswerResponse:
        """Of somebody who does not sign in."""
        command, respond = convert.answer(request), pb.RecordReceptionAnswerResponse
        return await self._stamped(request, command, inviting.record_answer, respond)

    async def RecordReceptionPresence(
        self, request: pb.RecordReceptionPresenceRequest, _: object
    ) -> pb.RecordReceptionPresenceResponse:
        """Who was there."""
        command, respond = convert.presence(request), pb.RecordReceptionPresenceResponse
        return await self._stamped(request, command, inviting.record_presence, respond)

    async def AnswerReceptionInvitation(
        self, request: pb.AnswerReceptionInvitationRequest, _: object
    ) -> pb.AnswerReceptionInvitationResponse:
        """The caller's own answer."""
        command, respond = convert.answer(request), pb.AnswerReceptionInvitationResponse
        if command.act is Act.ACCEPT:
            expect_untied(await self._sights(command.case_id), command.no)
        return await self._stamped(request, command, inviting.answer_own, respond)

    async def ListReceptions(
        self, request: pb.ListReceptionsRequest, _: object
    ) -> pb.ListReceptionsResponse:
        """Who was invited; on record before any name is shown."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        now, why = self._desk.clock.now(), request.why.strip()[:200]
        look = partial(reading.by_id, caller=caller, case_id=case_id, now=now)
        found = await self._desk.readers.run(look)
        if found is None:
            raise CaseMissing
        if found.level < Level.CONTENT:
            raise ContentClosed
        if found.row["sealed_for"]:
            raise SealedMatter
        if not why and role_table().is_recorded(caller):
            raise ReasonNeeded
        await self._record(RecordRead(case_id, "ListReceptions", FIELDS, why))
        rows = await self._desk.readers.run(partial(receptions_of, case_id=case_id))
        _, vault = await self._opened(found.row)
        receptions = [convert.reception_message(row, said, vault) for row, said in rows]
        return pb.ListReceptionsResponse(receptions=receptions)

    async def ListReceptionInvitations(
        self, _: pb.ListReceptionInvitationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListReceptionInvitationsResponse:
        """What the caller is invited to: numbers, times, and why anything is shut."""
        found = await self._sights(None)
        language = incoming(context.invocation_metadata()).language
        return pb.ListReceptionInvitationsResponse(
            invitations=map(convert.own_message, found),
            undertaking=undertaking_message(language),
        )

    async def GetInvitedReception(
        self, request: pb.GetInvitedReceptionRequest, _: object
    ) -> pb.GetInvitedReceptionResponse:
        """The matter, for whom it is open; the reading is on record first."""
        case_id = id_of(request.case_id, "case_id")
        open_now = expect_open(await self._sights(case_id))
        await self._record(RecordRead(case_id, "GetInvitedReception", FIELDS, ""))
        row = open_now[0].own.case
        content, vault = await self._opened(row)
        return pb.GetInvitedReceptionResponse(
            matter=matter_message(row, content, vault),
            receptions=[convert.invited_message(one, vault) for one in open_now],
        )

    async def _opened(self, row: reading.Row) -> tuple[reading.Content, CaseVault]:
        look = partial(reading.content_of, case_id=row["case_id"])
        content = await self._desk.readers.run(look)
        return content, self._desk.office.vault.of_case(content.key, row["sealed_code_key"])

    async def _record(self, read: RecordRead) -> None:
        work = Work(record_read, read, key=str(read.case_id), caller=current_caller())
        await self._desk.do(work)

    async def _sights(self, case_id: UUID | None) -> list[Sight[Own]]:
        account, now = current_caller().id, self._desk.clock.now()
        look = partial(own_of, account=account, case_id=case_id)
        return sights(await self._desk.readers.run(look), self._desk.office, now)

    async def _stamped(
        self, request: Any, command: Any, handler: Callable[..., Stamp], response: type[R]
    ) -> R:
        def respond(stamp: Stamp) -> R:
            return response(stamp=stamp_message(stamp))

        return await self._act(request, command, handler, respond, response)

    async def _act(
        self,
        request: Any,
        command: Any,
        handler: Callable[..., Any],
        respond: Callable[[Any], R],
        response: type[R],
    ) -> R:
        """Once for its request id; commands on one case run in their order."""
        request_id = id_of(request.request_id, "request_id")
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: R = await self._desk.act(request, work, respond, response)
        return done


def reception_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["ReceptionService"],
        grpc.add_ReceptionServiceServicer_to_server,
        ReceptionServicer(desk),
        RECEPTION_ACCESS,
    )
