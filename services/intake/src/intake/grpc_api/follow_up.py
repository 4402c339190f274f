"""FollowUpService: call-backs by somebody other than the handler, and the resident's evaluation."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from google.protobuf.message import Message
from grpc.aio import ServicerContext

from intake import owing
from intake.commands import RecordRead
from intake.convert import by_day, lists
from intake.convert import follow_up as convert
from intake.desk import Desk, id_of
from intake.domain.follow_up import Satisfaction, totals
from intake.errors import NotYourUnit
from intake.errors_follow_up import CallbackMissing, NotYourCallback, NotYoursToEvaluate
from intake.handlers import calling_back, evaluating
from intake.handlers.reads import record_read
from intake.office import day_of
from intake.storage import follow_up, reading
from intake.tracking import Tracker
from kernel.access import Access, Scope, anybody
from kernel.catalogue import Catalogue, Language
from kernel.divisions import Division
from kernel.group_commit import Work
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.intake.v1 import follow_up_pb2 as pb
from lianxin.intake.v1 import follow_up_pb2_grpc as grpc

FOLLOW_UP = "/lianxin.intake.v1.FollowUpService/"
FOLLOW_UP_ACCESS = {
    FOLLOW_UP + "ListCallbacks": Access("callback.make", scope=Scope.LIST),
    FOLLOW_UP + "GetCallback": Access("callback.make", scope=Scope.CASE),
    FOLLOW_UP + "RecordCallback": Access("callback.make", scope=Scope.CASE),
    FOLLOW_UP + "AssignCallback": Access("callback.make", scope=Scope.CASE),
    FOLLOW_UP + "SubmitEvaluation": anybody(),
    FOLLOW_UP + "CountEvaluations": Access("figures.read", scope=Scope.LIST),
}
T = TypeVar("T")
R = TypeVar("R", bound=Message)
Context = ServicerContext[Any, Any]


class FollowUpServicer(grpc.FollowUpServiceServicer):
    """What follows an answer."""

    def __init__(self, desk: Desk, texts: Catalogue, tracker: Tracker) -> None:
        self._desk = desk
        self._texts = texts
        self._tracker = tracker

    async def ListCallbacks(
        self, request: pb.ListCallbacksRequest, _: Context
    ) -> pb.ListCallbacksResponse:
        """Due first; what has ended a moment ago is there already."""
        caller, now = current_caller(), self._desk.clock.now()
        asked, mark = by_day.asked_of("ListCallbacks", request, caller, now)
        await owing.open_all(self._desk)
        rows, cursor = await self._desk.readers.run(partial(follow_up.page, asked=asked))
        late = await self._desk.readers.run(partial(follow_up.overdue_count, asked=asked))
        directory = self._desk.office.directory()
        return pb.ListCallbacksResponse(
            callbacks=[convert.callback_message(row, directory, asked.today) for row in rows],
            next_page_token=lists.token_of(mark, cursor),
            overdue_count=late,
        )

    async def GetCallback(
        self, request: pb.GetCallbackRequest, _: Context
    ) -> pb.GetCallbackResponse:
        """Whom to call, for the unit that calls; on record before it is shown."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        await self._desk.see(caller, case_id)
        await owing.open_all(self._desk)
        row = await self._desk.readers.run(partial(follow_up.of_case, case_id=case_id))
        if row is None:
            raise CallbackMissing
        if caller.unit != row["unit"]:
            raise NotYourCallback(unit=self._desk.office.directory().title(row["unit"]))
        read = RecordRead(case_id, "GetCallback", "parties", "callback")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        return await self._desk.readers.run(partial(self._contacts, row=row))

    def _contacts(self, connection: reading.Reader, row: reading.Row) -> pb.GetCallbackResponse:
        case_id, office = row["case_id"], self._desk.office
        content = reading.content_of(connection, case_id)
        vault = office.vault.of_case(content.key, row["sealed_code_key"])
        today = day_of(self._desk.clock.now())
        calls = follow_up.calls_of(connection, case_id, row["epoch"])
        return pb.GetCallbackResponse(
            callback=convert.callback_message(row, office.directory(), today),
            contacts=convert.contact_messages(
                content.parties, vault, named=convert.names_shown(row)
            ),
            calls=convert.call_messages(calls, vault),
        )

    async def RecordCallback(
        self, request: pb.RecordCallbackRequest, context: Context
    ) -> pb.RecordCallbackResponse:
        """What came of a call."""
        command, language = convert.record_callback(request), _language(context)
        return await self._act(
            request,
            calling_back.record_callback,
            command,
            lambda done: pb.RecordCallbackResponse(
                callback=self._called(done),
                **convert.followed_words(done.followed, self._texts, language),
            ),
        )

    async def AssignCallback(
        self, request: pb.AssignCallbackRequest, _: Context
    ) -> pb.AssignCallbackResponse:
        """Another unit calls."""
        command = convert.assign_callback(request)
        return await self._act(
            request,
            calling_back.assign_callback,
            command,
            lambda done: pb.AssignCallbackResponse(callback=self._called(done)),
        )

    async def SubmitEvaluation(
        self, request: pb.SubmitEvaluationRequest, context: Context
    ) -> pb.SubmitEvaluationResponse:
        """The resident's evaluation; the same silence about numbers and codes as TrackCase."""
        request_id, command = (
            id_of(request.request_id, "request_id"),
            convert.submit_evaluation(request),
        )
        asking = await self._tracker.who_asks(
            self._desk.readers, request.case_no, request.query_code
        )
        if not asking.asks:
            raise NotYoursToEvaluate
        language, case_id = _language(context), asking.row["case_id"]
        return await self._once(
            request,
            Work(
                partial(evaluating.submit_evaluation, office=self._desk.office),
                replace(command, case_id=case_id),
                key=str(case_id),
                request_id=request_id,
            ),
            lambda done: pb.SubmitEvaluationResponse(
                case_no=done.case_no,
                **convert.followed_words(done.followed, self._texts, language),
            ),
        )

    async def CountEvaluations(
        self, request: pb.CountEvaluationsRequest, _: Context
    ) -> pb.CountEvaluationsResponse:
        """Totals of a unit of the caller's site or below it, or of the subtree."""
        begins, ends = convert.period_of(request)
        caller = current_caller()
        unit = "" if request.subtree else request.unit_id or caller.unit
        self._check_unit(caller, unit)
        period = follow_up.Period(unit, caller.path, begins, ends)
        counted = [
            await self._desk.readers.run(partial(follow_up.counts, period=period, whose=whose))
            for whose in ("office", "handler")
        ]
        office, handler = ({Satisfaction(w): n for w, n in one.items()} for one in counted)
        return pb.CountEvaluationsResponse(
            office=convert.totals_message(totals(office)),
            unit=convert.totals_message(totals(handler)),
        )

    def _check_unit(self, caller: Caller, unit: str) -> None:
        directory = self._desk.office.directory()
        if unit in {"", caller.unit} and caller.path:
            return
        if not caller.path or unit not in directory.units:
            raise NotYourUnit(unit=unit[:64])
        below, top = (Division.from_path(p) for p in (directory.path_of_unit(unit), caller.path))
        if not below.is_within(top):
            raise NotYourUnit(unit=unit)

    def _called(self, done: calling_back.Called) -> pb.Callback:
        office = self._desk.office
        return convert.called_message(done, office.directory(), day_of(self._desk.clock.now()))

    async def _act(
        self, request: Any, handler: Callable[..., T], command: Any, respond: Callable[[T], R]
    ) -> R:
        """Do it once for its request id, for somebody who may know of the case."""
        caller, request_id = current_caller(), id_of(request.request_id, "request_id")
        await self._desk.see(caller, command.case_id)
        work = Work(
            partial(handler, office=self._desk.office),
            command,
            key=str(command.case_id),
            caller=caller,
            request_id=request_id,
        )
        return await self._once(request, work, respond)

    async def _once(self, request: Any, work: Work[T], respond: Callable[[T], R]) -> R:
        name = type(request).__name__
        response: type[R] = getattr(pb, f"{name.removesuffix('Request')}Response")
        fingerprint = request.SerializeToString(deterministic=True)
        done: R = await self._desk.once(
            lambda answer: replace(work, answer=answer, method=name, fingerprint=fingerprint),
            respond,
            response,
        )
        return done


def _language(context: Context) -> Language:
    return incoming(context.invocation_metadata()).language
