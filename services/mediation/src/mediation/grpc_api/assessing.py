"""AssessmentService: closed files rated by somebody outside the handling unit (第三方评查)."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from kernel.access import Access, Scope
from kernel.clock import SHANGHAI
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.holding.rows import Words
from kernel.identity import Caller
from kernel.interceptors import current_caller
from lianxin.mediation.v1 import assessment_pb2 as pb
from lianxin.mediation.v1 import assessment_pb2_grpc as grpc
from mediation.commands import RecordRead
from mediation.commands_assessing import OnAssessment
from mediation.convert import assessing as convert
from mediation.desk import Desk
from mediation.errors_assessing import AssessmentMissing
from mediation.handlers import assessing
from mediation.handlers.reads import record_read
from mediation.storage import assessing as storage
from mediation.storage import reading
from mediation.storage.tables_assessing import assessment

ASSESSMENT = "/lianxin.mediation.v1.AssessmentService/"
ASSESSMENT_ACCESS = {
    ASSESSMENT + "DrawSample": Access("supervise.issue", scope=Scope.LIST),
    ASSESSMENT + "ListAssessments": Access("case.read.header", scope=Scope.LIST),
    ASSESSMENT + "TakeAssessment": Access("supervise.issue", scope=Scope.CASE),
    ASSESSMENT + "GetAssessment": Access("case.read.content", scope=Scope.CASE),
    ASSESSMENT + "RecordAssessment": Access("supervise.issue", scope=Scope.CASE),
    ASSESSMENT + "AnswerAssessment": Access("mediation.run", scope=Scope.CASE),
}
R = TypeVar("R")


class AssessmentServicer(grpc.AssessmentServiceServicer):
    """Drawn, taken, rated, mended."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def DrawSample(self, request: pb.DrawSampleRequest, _: object) -> pb.DrawSampleResponse:
        """By risk."""
        today = self._desk.clock.now().astimezone(SHANGHAI).date()
        request_id, command = convert.draw_sample(request, today)
        handler = partial(assessing.draw_sample, office=self._desk.office)
        work = partial(_work, request, request_id, handler, command)
        answer: pb.DrawSampleResponse = await self._desk.once(
            work,
            lambda drawn: pb.DrawSampleResponse(candidates=drawn[0]),
            pb.DrawSampleResponse,
        )
        answer.drawn.extend(await self._listed(current_caller(), command.sample, ""))
        return answer

    async def ListAssessments(
        self, request: pb.ListAssessmentsRequest, _: object
    ) -> pb.ListAssessmentsResponse:
        """Of the caller's unit, on either side."""
        found = await self._listed(current_caller(), request.sample[:64], request.state[:64])
        return pb.ListAssessmentsResponse(assessments=found)

    async def _listed(self, caller: Caller, sample: str, state: str) -> list[pb.Assessment]:
        query = storage.shown(caller, sample, state)
        rows = await self._desk.readers.run(partial(storage.rows, query=query))
        return [convert.assessment_message(row) for row in rows]

    async def TakeAssessment(
        self, request: pb.TakeAssessmentRequest, _: object
    ) -> pb.TakeAssessmentResponse:
        """Somebody outside begins."""
        request_id, command = convert.take(request)
        handler = partial(assessing.take_assessment, office=self._desk.office)
        work = partial(_work, request, request_id, handler, command)
        return await self._done(work, command, pb.TakeAssessmentResponse)

    async def RecordAssessment(
        self, request: pb.RecordAssessmentRequest, _: object
    ) -> pb.RecordAssessmentResponse:
        """Rated."""
        request_id, command = convert.record(request)
        handler = partial(assessing.record_assessment, office=self._desk.office)
        work = partial(_work, request, request_id, handler, command)
        return await self._done(work, command, pb.RecordAssessmentResponse)

    async def AnswerAssessment(
        self, request: pb.AnswerAssessmentRequest, _: object
    ) -> pb.AnswerAssessmentResponse:
        """Mended."""
        request_id, command = convert.answer(request)
        handler = partial(assessing.answer_assessment, office=self._desk.office)
        work = partial(_work, request, request_id, handler, command)
        return await self._done(work, command, pb.AnswerAssessmentResponse)

    async def _done(
        self,
        work: Callable[[Any], Work[Any]],
        command: OnAssessment,
        response: Callable[..., R],
    ) -> R:
        """Once for its request id; answers how the assessment stands now."""
        await self._desk.once(work, lambda _: response(), response)  # type: ignore[arg-type]  # as in CaseAct
        return response(assessment=convert.assessment_message(await self._row(command)))

    async def _row(self, command: OnAssessment) -> storage.Row:
        row = await self._desk.readers.run(partial(storage.one, command=command))
        caller = current_caller()
        if row is None or not _may_see(row, caller):
            raise AssessmentMissing
        return row

    async def GetAssessment(
        self, request: pb.GetAssessmentRequest, _: object
    ) -> pb.GetAssessmentResponse:
        """On record before it is shown."""
        command = convert.on_assessment(request)
        row = await self._row(command)
        case_id, caller = command.case_id, current_caller()
        read = RecordRead(case_id, "GetAssessment", command.sample)
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        key = await self._desk.readers.run(partial(reading.key_of, case_id=case_id))
        words = Words(self._desk.office.vault.of_case(key))
        message = pb.GetAssessmentResponse(assessment=convert.assessment_message(row))
        if row["sealed"]:
            message.finding = words.open(assessment, row)["finding"]
        if row["sealed_answer"]:
            message.answer = words.open(assessment, row, "sealed_answer")["answer"]
        return message


def _may_see(row: storage.Row, caller: Caller) -> bool:
    told = row["unit"] == caller.unit and row["recorded_at"] is not None
    return told or row["assessor_unit"] == caller.unit


def _work(
    request: Any,
    request_id: UUID,
    handler: Callable[..., Any],
    command: Any,
    answer: Callable[[Any], bytes],
) -> Work[Any]:
    return Work(
        handler,
        command,
        key=str(getattr(command, "case_id", "samples")),
        caller=current_caller(),
        request_id=request_id,
        answer=answer,
        method=type(request).__name__,
        fingerprint=request.SerializeToString(deterministic=True),
    )


def assessment_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["AssessmentService"],
        grpc.add_AssessmentServiceServicer_to_server,
        AssessmentServicer(desk),
        ASSESSMENT_ACCESS,
    )
