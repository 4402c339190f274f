"""HearingScheduleService: setting by hand, proposals, confirming."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import msgspec

from hearing.convert import scheduling as convert
from hearing.convert.explaining import Say, explained
from hearing.desk import Desk
from hearing.errors_scheduling import ProblemRefused, SolverAway
from hearing.grpc_api.accepting import Accepted, sayer
from hearing.grpc_api.case_act import CaseAct
from hearing.grpc_api.following import Following
from hearing.grpc_api.gathering import Gathering
from hearing.grpc_api.matters import Matters
from hearing.grpc_api.proposals import Draft, Proposals
from hearing.handlers.confirming import confirm_hearing
from hearing.handlers.setting import forbid_parts, pin_parts, set_hearing, unset_hearing
from hearing.planning.jobs import Job, Said
from hearing.planning.planner import Planner, WorkerLost
from hearing.scheduling.plan.problem import Answer
from hearing.scheduling.plan.reading import ProblemInvalid, read_problem
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.errors import FieldViolation
from kernel.grpc_server import Served
from lianxin.hearing.v1 import scheduling_pb2 as pb
from lianxin.hearing.v1 import scheduling_pb2_grpc as grpc

SERVICE = "/lianxin.hearing.v1.HearingScheduleService/"
RUN = Access("hearing.run", scope=Scope.CASE)
SCHEDULE_ACCESS = {
    SERVICE + "ShowClashes": RUN,
    SERVICE + "SetHearing": RUN,
    SERVICE + "UnsetHearing": RUN,
    SERVICE + "PinParts": RUN,
    SERVICE + "ForbidParts": RUN,
    SERVICE + "Propose": Access("hearing.run", scope=Scope.LIST),
    SERVICE + "GetProposal": Access("hearing.run", scope=Scope.LIST),
    SERVICE + "AcceptProposal": Access("hearing.run", scope=Scope.LIST),
    SERVICE + "ConfirmHearing": RUN,
    SERVICE + "PlanProblem": Access("hearing.run"),
}
WARMING, WORKING = "warming", "working"


class ScheduleServicer(CaseAct, grpc.HearingScheduleServiceServicer):
    """Nothing is set but by a person."""

    def __init__(
        self, desk: Desk, matters: Matters, planner: Planner, following: Following
    ) -> None:
        self._desk = desk
        self._following = following
        self._gathering = Gathering(desk, matters)
        self._proposals = Proposals(desk, self._gathering, planner)
        self._accepted = Accepted(desk, self._gathering)
        self._planner = planner
        self._texts = Catalogue.load("hearing")

    async def ShowClashes(
        self, request: pb.ShowClashesRequest, context: Any
    ) -> pb.ShowClashesResponse:
        """All that stands against it."""
        case_id, wanted = convert.show_clashes(request)
        judged = await self._gathering.judged(case_id, wanted)
        say = self._say(context)
        found = [convert.clash_message(one, say) for one in judged.clashes]
        return pb.ShowClashesResponse(clashes=found)

    def _say(self, context: Any) -> Say:
        return sayer(self._texts, context)

    async def SetHearing(self, request: pb.SetHearingRequest, _: object) -> pb.SetHearingResponse:
        """By hand."""
        request_id, command = convert.set_hearing(request)
        judged = await self._gathering.judged(command.case_id, command.setting)
        handler = partial(set_hearing, judged=judged, office=self._desk.office)
        return await self._act(request, (request_id, command), handler, pb.SetHearingResponse)

    async def UnsetHearing(
        self, request: pb.UnsetHearingRequest, _: object
    ) -> pb.UnsetHearingResponse:
        """Free again."""
        wanted = convert.on_hearing(request)
        return await self._act(request, wanted, unset_hearing, pb.UnsetHearingResponse)

    async def PinParts(self, request: pb.PinPartsRequest, _: object) -> pb.PinPartsResponse:
        """What stays."""
        wanted = convert.pin_parts(request)
        return await self._act(request, wanted, pin_parts, pb.PinPartsResponse)

    async def ForbidParts(
        self, request: pb.ForbidPartsRequest, _: object
    ) -> pb.ForbidPartsResponse:
        """What is avoided."""
        wanted = convert.forbid_parts(request)
        return await self._act(request, wanted, forbid_parts, pb.ForbidPartsResponse)

    async def ConfirmHearing(
        self, request: pb.ConfirmHearingRequest, _: object
    ) -> pb.ConfirmHearingResponse:
        """From here on people are told: everybody who is registered by now, if it is heard here."""
        wanted, handler = convert.on_hearing(request), self._with_office(confirm_hearing)
        await self._following.expect_not_barred(wanted[1].case_id)
        await self._following.follow(wanted[1].case_id)
        return await self._act(request, wanted, handler, pb.ConfirmHearingResponse)

    async def Propose(
        self, request: pb.ProposeRequest, context: Any
    ) -> AsyncIterator[pb.ProposeResponse]:
        """Progress, then the proposal; who leaves before stops it."""
        draft = await self._proposals.draft(convert.sought(request))
        proposal_id = str(draft.proposal_id)
        yield pb.ProposeResponse(state=WORKING, proposal_id=proposal_id)
        try:
            async for said in self._working(draft):
                yield pb.ProposeResponse(
                    state=_state(said), proposal_id=proposal_id, progress=_progress(said)
                )
        finally:
            draft.stop.set()
        shown = await self._accepted.shown(draft.proposal_id, self._say(context))
        yield pb.ProposeResponse(state=shown.state, proposal_id=proposal_id, proposal=shown)

    async def _working(self, draft: Draft) -> AsyncIterator[Said | None]:
        """What is said until the work ends, which it does whether anybody listens or not."""
        said: asyncio.Queue[Said | None] = asyncio.Queue()
        task = self._planner.go(self._proposals.work(draft, said.put_nowait))
        async for one in _until(task, said):
            yield one
        _result(task)

    async def GetProposal(
        self, request: pb.GetProposalRequest, context: Any
    ) -> pb.GetProposalResponse:
        """As it stands."""
        shown = await self._accepted.shown_to(request, self._say(context))
        return pb.GetProposalResponse(proposal=shown)

    async def AcceptProposal(
        self, request: pb.AcceptProposalRequest, context: Any
    ) -> pb.AcceptProposalResponse:
        """Each hearing by itself."""
        accepting = convert.accept_proposal(request)
        parts = await self._accepted.accept(request, accepting, self._say(context))
        return pb.AcceptProposalResponse(parts=parts)

    async def PlanProblem(
        self, request: pb.PlanProblemRequest, context: Any
    ) -> AsyncIterator[pb.PlanProblemResponse]:
        """A raw problem; nothing is kept."""
        sought = convert.raw_problem(request)
        _expect_readable(request.problem)
        stop, said = asyncio.Event(), asyncio.Queue[Said | None]()
        job = Job(0, msgspec.Raw(request.problem), sought.seconds, sought.seed)
        task = self._planner.go(self._planner.solve(job, said.put_nowait, stop))
        try:
            async for one in _until(task, said):
                yield pb.PlanProblemResponse(state=_state(one), progress=_progress(one))
        finally:
            stop.set()
        raw = _result(task)
        answer, say = msgspec.json.decode(raw, type=Answer), self._say(context)
        told = [one.text for one in explained(answer, {}, say)]
        yield pb.PlanProblemResponse(state=answer.state, answer=raw, explanation=told)


def _expect_readable(content: bytes) -> None:
    try:
        read_problem(content)
    except ProblemInvalid as invalid:
        wrong = (FieldViolation(one.field, f"wrong.{one.reason}") for one in invalid.wrong)
        raise ProblemRefused(*wrong) from None


async def _until(
    task: "asyncio.Task[Any]", said: "asyncio.Queue[Said | None]"
) -> AsyncIterator[Said | None]:
    """What is said while a task goes on."""
    while True:
        heard = asyncio.ensure_future(said.get())
        await asyncio.wait({task, heard}, return_when=asyncio.FIRST_COMPLETED)
        if heard.done():
            yield heard.result()
        else:
            heard.cancel()
            return


def _result(task: "asyncio.Task[Any]") -> Any:
    """What came of the work. Raises SolverAway when its process was lost."""
    try:
        return task.result()
    except WorkerLost:
        raise SolverAway from None


def _state(said: Said | None) -> str:
    return WARMING if said is None else WORKING


def _progress(said: Said | None) -> pb.PlanProgress | None:
    if said is None:
        return None
    return pb.PlanProgress(seconds=said.seconds, medium=said.medium, soft=said.soft)


def schedule_served(desk: Desk, matters: Matters, planner: Planner, following: Following) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingScheduleService"],
        grpc.add_HearingScheduleServiceServicer_to_server,
        ScheduleServicer(desk, matters, planner, following),
        SCHEDULE_ACCESS,
    )
