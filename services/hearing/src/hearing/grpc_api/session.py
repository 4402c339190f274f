"""HearingSessionService. Each: request → command, handler, result → response."""

from hearing.commands.base import RecordRead
from hearing.convert import session as read
from hearing.convert.fields import WHY
from hearing.convert.session_file import session_message
from hearing.desk import Desk, id_of
from hearing.errors import HearingMissing, ReasonNeeded
from hearing.grpc_api.case_act import CaseAct
from hearing.grpc_api.following import Following
from hearing.handlers import (
    conferring,
    holding_session,
    joining,
    opening,
    postponing,
    recusing,
)
from hearing.handlers.reads import record_read
from hearing.storage import session_file
from hearing.storage.session_file import SessionFile
from kernel.access import Access, Scope
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding import Words
from kernel.interceptors import current_caller
from kernel.roles import role_table
from lianxin.hearing.v1 import session_pb2 as pb
from lianxin.hearing.v1 import session_pb2_grpc as grpc

SESSION = "/lianxin.hearing.v1.HearingSessionService/"
RUN = Access("hearing.run", scope=Scope.CASE)
SESSION_ACCESS = {
    SESSION + "GetSession": Access("case.read.content", scope=Scope.CASE, service=True),
    **{
        SESSION + name: RUN
        for name in (
            "OpenHearing",
            "NoteAttendance",
            "RecuseMember",
            "TakeStage",
            "AddEvidence",
            "AddStatement",
            "KeepMinutes",
            "SignMinutes",
            "PostponeHearing",
            "AdjournHearing",
            "Confer",
            "JoinHearing",
            "LeaveHearing",
        )
    },
}


async def read_content(
    desk: Desk, case_id_text: str, why: str, method: str
) -> tuple[SessionFile, Words]:
    """The file for somebody who may read its content; he is on record before he sees it.

    Raises:
        HearingMissing: there is none that he may read.
        ReasonNeeded: his role reads for a reason only.
    """
    caller, case_id = current_caller(), id_of(case_id_text, "case_id")
    now, readers, reason = desk.clock.now(), desk.readers, why.strip()[:WHY]
    found = await readers.run(lambda c: session_file.content_of(c, caller, case_id, now))
    if found is None:
        raise HearingMissing
    if not reason and role_table().is_recorded(caller):
        raise ReasonNeeded
    kept = RecordRead(case_id, method, reason)
    await desk.do(Work(record_read, kept, key=str(case_id), caller=caller))
    return found, Words(desk.office.vault.of_case(found.key))


class SessionServicer(CaseAct, grpc.HearingSessionServiceServicer):
    """The day of a hearing."""

    def __init__(self, desk: Desk, following: Following) -> None:
        self._desk = desk
        self._following = following

    async def OpenHearing(
        self, request: pb.OpenHearingRequest, _: object
    ) -> pb.OpenHearingResponse:
        """Opens it, with everybody who is registered by now."""
        handler, wanted = self._with_office(opening.open_session), read.open_hearing(request)
        await self._following.follow(wanted[1].case_id)
        return await self._act(request, wanted, handler, pb.OpenHearingResponse)

    async def NoteAttendance(
        self, request: pb.NoteAttendanceRequest, _: object
    ) -> pb.NoteAttendanceResponse:
        """Who comes or goes."""
        return await self._act(
            request,
            read.note_attendance(request),
            opening.note_attendance,
            pb.NoteAttendanceResponse,
        )

    async def RecuseMember(
        self, request: pb.RecuseMemberRequest, _: object
    ) -> pb.RecuseMemberResponse:
        """Who should step back."""
        handler = self._with_office(recusing.recuse_member)
        return await self._act(
            request, read.recuse_member(request), handler, pb.RecuseMemberResponse
        )

    async def TakeStage(self, request: pb.TakeStageRequest, _: object) -> pb.TakeStageResponse:
        """The next stage."""
        handler = self._with_office(holding_session.take_stage)
        return await self._act(request, read.take_stage(request), handler, pb.TakeStageResponse)

    async def AddEvidence(
        self, request: pb.AddEvidenceRequest, _: object
    ) -> pb.AddEvidenceResponse:
        """A line of the list."""
        handler = self._with_office(holding_session.add_evidence)
        return await self._act(request, read.add_evidence(request), handler, pb.AddEvidenceResponse)

    async def AddStatement(
        self, request: pb.AddStatementRequest, _: object
    ) -> pb.AddStatementResponse:
        """What somebody said."""
        handler = self._with_office(holding_session.add_statement)
        return await self._act(
            request, read.add_statement(request), handler, pb.AddStatementResponse
        )

    async def KeepMinutes(
        self, request: pb.KeepMinutesRequest, _: object
    ) -> pb.KeepMinutesResponse:
        """A version."""
        handler = self._with_office(holding_session.keep_minutes)
        return await self._act(request, read.keep_minutes(request), handler, pb.KeepMinutesResponse)

    async def SignMinutes(
        self, request: pb.SignMinutesRequest, _: object
    ) -> pb.SignMinutesResponse:
        """Hands."""
        handler = self._with_office(holding_session.sign_minutes)
        return await self._act(request, read.sign_minutes(request), handler, pb.SignMinutesResponse)

    async def PostponeHearing(
        self, request: pb.PostponeHearingRequest, _: object
    ) -> pb.PostponeHearingResponse:
        """Another day."""
        handler = self._with_office(postponing.postpone)
        return await self._act(request, read.postpone(request), handler, pb.PostponeHearingResponse)

    async def AdjournHearing(
        self, request: pb.AdjournHearingRequest, _: object
    ) -> pb.AdjournHearingResponse:
        """It stops here."""
        handler = self._with_office(postponing.adjourn)
        return await self._act(request, read.adjourn(request), handler, pb.AdjournHearingResponse)

    async def Confer(self, request: pb.ConferRequest, _: object) -> pb.ConferResponse:
        """The panel withdraws."""
        handler = self._with_office(conferring.confer)
        return await self._act(request, read.confer(request), handler, pb.ConferResponse)

    async def JoinHearing(
        self, request: pb.JoinHearingRequest, _: object
    ) -> pb.JoinHearingResponse:
        """Held with another."""
        handler = self._with_office(joining.join)
        return await self._act(request, read.join(request), handler, pb.JoinHearingResponse)

    async def LeaveHearing(
        self, request: pb.LeaveHearingRequest, _: object
    ) -> pb.LeaveHearingResponse:
        """Held by itself again."""
        return await self._act(request, read.leave(request), joining.leave, pb.LeaveHearingResponse)

    async def GetSession(self, request: pb.GetSessionRequest, _: object) -> pb.GetSessionResponse:
        """The whole day."""
        file, words = await read_content(self._desk, request.case_id, request.why, "GetSession")
        return pb.GetSessionResponse(session=session_message(file, words))


def session_served(desk: Desk, following: Following) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingSessionService"],
        grpc.add_HearingSessionServiceServicer_to_server,
        SessionServicer(desk, following),
        SESSION_ACCESS,
    )
