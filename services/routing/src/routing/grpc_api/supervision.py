"""SupervisionService: rating, leading, supervising, clocks and conferences."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.access import Access, Scope
from kernel.clock import Clock, SystemClock
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.scope import subtree
from lianxin.routing.v1 import supervision_pb2 as pb
from lianxin.routing.v1 import supervision_pb2_grpc as rpc
from routing.convert import dues, joint, words
from routing.convert import supervision as convert
from routing.convert.handover import WORD, day, stamp, text
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.handlers import conferences, leading, supervision
from routing.handlers.clocks import extending, suspending
from routing.storage import clock_lists
from routing.storage import conferences as stored
from routing.storage.clock_lists import Asked

Values = Mapping[str, Any]
SERVICE = "/lianxin.routing.v1.SupervisionService/"


def _case(permission: str) -> Access:
    return Access(permission, Scope.CASE)


SUPERVISION_ACCESS = {
    SERVICE + "RateCase": _case("case.classify"),
    SERVICE + "SetLead": _case("lead.appoint"),
    SERVICE + "Supervise": _case("supervise.issue"),
    SERVICE + "AnswerSupervision": _case("supervise.answer"),
    SERVICE + "CloseSupervision": _case("supervise.issue"),
    SERVICE + "ExtendClock": _case("clock.extend"),
    SERVICE + "DecideExtension": _case("case.approve"),
    SERVICE + "SuspendClock": _case("clock.suspend"),
    SERVICE + "ResumeClock": _case("clock.suspend"),
    SERVICE + "ListClocks": Access("case.read.header", Scope.LIST),
    SERVICE + "OpenConference": _case("conference.convene"),
    SERVICE + "RecordConference": _case("conference.decide"),
    SERVICE + "ListConferences": Access("case.read.header", Scope.LIST),
}


class SupervisionServicer(rpc.SupervisionServiceServicer):
    """One method an RPC: request to command, handler, result to response."""

    def __init__(self, bridge: Bridge, clock: Clock | None = None) -> None:
        self._bridge = bridge
        self._clock = clock or SystemClock()

    async def RateCase(self, request: pb.RateCaseRequest, context: Any) -> pb.RateCaseResponse:
        """Colour, class and difficulty of the matter."""
        command = convert.rate(request)
        return await self._bridge.write(request, leading.rate_case, command, convert.rated)

    async def SetLead(self, request: pb.SetLeadRequest, context: Any) -> pb.SetLeadResponse:
        """The officer in charge (包案领导)."""
        command = convert.set_lead(request)
        return await self._bridge.write(request, leading.set_lead, command, convert.lead_set)

    async def Supervise(self, request: pb.SuperviseRequest, context: Any) -> pb.SuperviseResponse:
        """Remind, urge, supervise, list."""
        command = convert.supervise(request)
        return await self._bridge.write(request, supervision.supervise, command, convert.supervised)

    async def AnswerSupervision(
        self, request: pb.AnswerSupervisionRequest, context: Any
    ) -> pb.AnswerSupervisionResponse:
        """The unit's answer."""
        command = convert.answer(request)
        return await self._bridge.write(request, supervision.answer, command, convert.answered)

    async def CloseSupervision(
        self, request: pb.CloseSupervisionRequest, context: Any
    ) -> pb.CloseSupervisionResponse:
        """The supervisor accepts the answer, or sends it back."""
        command = convert.close(request)
        return await self._bridge.write(request, supervision.close, command, convert.closed)

    async def ExtendClock(
        self, request: pb.ExtendClockRequest, context: Any
    ) -> pb.ExtendClockResponse:
        """Ask for more days."""
        command = convert.extend(request)
        return await self._bridge.write(
            request, extending.extend_clock, command, convert.extension_asked
        )

    async def DecideExtension(
        self, request: pb.DecideExtensionRequest, context: Any
    ) -> pb.DecideExtensionResponse:
        """The head's decision on an extension."""
        locale = incoming(context.invocation_metadata()).language.value

        def decided(result: Any) -> pb.DecideExtensionResponse:
            outcome, row, pinned = result
            due = self._due(row, pinned, locale)
            return pb.DecideExtensionResponse(stamp=stamp(outcome), due=due)

        command = convert.decide_extension(request)
        return await self._bridge.write(request, extending.decide_extension, command, decided)

    async def SuspendClock(
        self, request: pb.SuspendClockRequest, context: Any
    ) -> pb.SuspendClockResponse:
        """Stop a clock (挂起)."""
        command = convert.suspend(request)
        return await self._bridge.write(
            request, suspending.suspend_clock, command, convert.suspended
        )

    async def ResumeClock(
        self, request: pb.ResumeClockRequest, context: Any
    ) -> pb.ResumeClockResponse:
        """Let a clock go on."""
        locale = incoming(context.invocation_metadata()).language.value

        def resumed(result: Any) -> pb.ResumeClockResponse:
            outcome, row, pinned = result
            due = self._due(row, pinned, locale)
            return pb.ResumeClockResponse(stamp=stamp(outcome), due=due)

        command = convert.resume(request)
        return await self._bridge.write(request, suspending.resume_clock, command, resumed)

    async def ListClocks(
        self, request: pb.ListClocksRequest, context: Any
    ) -> pb.ListClocksResponse:
        """Clocks by due date, overdue ones first."""
        size = pages.size(request.page_size)
        locale = incoming(context.invocation_metadata()).language.value
        now = self._clock.now()
        after = _after(request.page_token)
        rows = await self._bridge.read(clock_lists.page, _asked(request), now, after, size + 1)
        lines = [self._line(row, locale) for row in rows[:size]]
        more = _token(rows[size - 1]) if len(rows) > size else ""
        return pb.ListClocksResponse(clocks=lines, next_page_token=more)

    def _line(self, row: Values, locale: str) -> pb.ClockLine:
        due = self._due(row, row["regulation"], locale)
        due.unit = row["unit"] or row["holder_unit"]
        return pb.ClockLine(case_id=str(row["case_id"]), case_no=row["case_no"], due=due)

    def _due(self, row: Values, pinned: str, locale: str) -> Any:
        return dues.due(row, self._bridge.node.profile(pinned), locale)

    async def OpenConference(
        self, request: pb.OpenConferenceRequest, context: Any
    ) -> pb.OpenConferenceResponse:
        """Call a joint conference or a coordination meeting."""
        command = joint.open_conference(request)
        return await self._bridge.write(
            request, conferences.open_conference, command, joint.conference_opened
        )

    async def RecordConference(
        self, request: pb.RecordConferenceRequest, context: Any
    ) -> pb.RecordConferenceResponse:
        """Attendance and decisions."""
        command = joint.record_conference(request)
        return await self._bridge.write(
            request,
            conferences.record_conference,
            command,
            joint.conference_recorded,
            key=command.conference_id,
        )

    async def ListConferences(
        self, request: pb.ListConferencesRequest, context: Any
    ) -> pb.ListConferencesResponse:
        """Conferences of the caller's site and those below, newest first."""
        size = pages.size(request.page_size)
        after = pages.position(request.page_token, tuple[datetime, UUID])
        path = current_caller().path
        if not path:
            return pb.ListConferencesResponse()
        first, last = subtree(path)
        site = text(request.site_id, "site_id", WORD * 2)
        rows = await self._bridge.read(
            lambda c: stored.page(c, path=(first, last), site=site, after=after, limit=size + 1)
        )
        more = ""
        if len(rows) > size:
            end = rows[size - 1]
            more = pages.token(end["at"].isoformat(), str(end["conference_id"]))
        found = [joint.conference(row) for row in rows[:size]]
        return pb.ListConferencesResponse(conferences=found, next_page_token=more)


def _asked(request: pb.ListClocksRequest) -> Asked:
    before = words.due_end(day(request.due_before, "due_before"))
    return Asked(
        caller=current_caller(),
        unit=text(request.unit_id, "unit_id", WORD * 2),
        due_before=None if before is None else before - timedelta(days=1),  # exclusive
        overdue_only=request.overdue_only,
    )


def _after(token: str) -> clock_lists.Position | None:
    """Where the page before ended."""
    place: clock_lists.Position | None = pages.position(token, tuple[datetime, UUID, str, str])
    return place


def _token(row: Values) -> str:
    at, case_id = row["due_at"].isoformat(), str(row["case_id"])
    return pages.token(at, case_id, row["clock"], row["unit"])
