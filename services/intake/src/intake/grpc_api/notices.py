"""NoticeService: who was told, who could not be, and what a person does about it."""

from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from google.protobuf.message import Message

from intake.convert import lists
from intake.convert import notices as convert
from intake.desk import Desk, id_of
from intake.domain.filters import page_size
from intake.errors import NotYourUnit
from intake.handlers.telling_in_person import change_notice, report_delivery
from intake.storage import notices as stored
from intake.storage.reading import Reader
from intake.storage.tables import notice
from kernel.access import Access, Scope
from kernel.doors.notices import notice_message
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.interceptors import current_caller
from kernel.notifying import reading
from kernel.notifying.errors import NoticeMissing
from kernel.notifying.keeping import Change
from kernel.notifying.words import Step
from lianxin.common.v1 import notice_pb2 as common
from lianxin.intake.v1 import notice_pb2 as pb
from lianxin.intake.v1 import notice_pb2_grpc as grpc

R = TypeVar("R", bound=Message)
NOTICES = "/lianxin.intake.v1.NoticeService/"
NOTICE_ACCESS = {
    NOTICES + "ListNotices": Access("case.read.header", scope=Scope.LIST),
    NOTICES + "RetryNotice": Access("case.note", scope=Scope.CASE),
    NOTICES + "MarkTold": Access("case.note", scope=Scope.CASE),
    NOTICES + "ReportDelivery": Access("notice.report"),
}


class NoticeServicer(grpc.NoticeServiceServicer):
    """Notices to residents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ListNotices(
        self, request: pb.ListNoticesRequest, _: object
    ) -> pb.ListNoticesResponse:
        """Of a case, for who reads its content; or of the caller's unit."""
        convert.one_of_both(request.case_id, request.unit_id)
        caller, now = current_caller(), self._desk.clock.now()
        if request.case_id:
            case_id, about = id_of(request.case_id, "case_id"), request.case_id
            await self._desk.see(caller, case_id)
            wanted = stored.of_case(caller, case_id, now, only_open=request.open)
        else:
            about = request.unit_id or caller.unit
            if about != caller.unit:
                raise NotYourUnit(unit=about[:64])
            wanted = stored.of_unit(caller, about, now, only_open=request.open)
        mark = lists.mark_of("ListNotices", about.encode(), bytes([request.open]))
        after = convert.place_of(lists.cursor_of(mark, request.page_token))
        size = page_size(lists.size_of(request.page_size))
        page = partial(reading.page, table=notice, wanted=wanted, after=after, size=size)
        rows, place = await self._desk.readers.run(page)
        return pb.ListNoticesResponse(
            notices=await self._desk.readers.run(partial(_messages, rows=rows)),
            next_page_token=lists.token_of(mark, convert.cursor_of(place)),
        )

    async def RetryNotice(
        self, request: pb.RetryNoticeRequest, _: object
    ) -> pb.RetryNoticeResponse:
        """Once more."""
        command = convert.change_from(request.notice_id, request.version, Step.RETRY)
        return await self._act(request, command, pb.RetryNoticeResponse)

    async def MarkTold(self, request: pb.MarkToldRequest, _: object) -> pb.MarkToldResponse:
        """A person did it."""
        command = convert.change_from(request.notice_id, request.version, Step.TELL)
        return await self._act(request, command, pb.MarkToldResponse)

    async def ReportDelivery(
        self, request: pb.ReportDeliveryRequest, _: object
    ) -> pb.ReportDeliveryResponse:
        """A gateway's word."""
        command = convert.report_from(request.notice_id, arrived=request.arrived)
        work = Work(report_delivery, command, key=request.notice_id, caller=current_caller())
        answer: pb.ReportDeliveryResponse = await self._once(
            request, work, lambda _: pb.ReportDeliveryResponse(), pb.ReportDeliveryResponse
        )
        return answer

    async def _act(self, request: Any, command: Change, response: type[R]) -> R:
        """Once for its request id, for somebody who may know of the case."""
        known = partial(_known, command=command, caller=current_caller(), desk=self._desk)
        message = await self._desk.readers.run(known)
        if message is None:
            raise NoticeMissing
        work = Work(change_notice, command, key=message.case_id, caller=current_caller())

        def respond(row: Any) -> Any:
            notice = notice_message(row, message.case_no, message.role)
            return response(notice=notice)

        answer: R = await self._once(request, work, respond, response)
        return answer

    async def _once(self, request: Any, work: Work[Any], respond: Any, response: Any) -> Any:
        request_id = id_of(request.request_id, "request_id")
        name = type(request).__name__
        fingerprint = request.SerializeToString(deterministic=True)
        work = replace(work, request_id=request_id, method=name, fingerprint=fingerprint)
        return await self._desk.once(lambda answer: replace(work, answer=answer), respond, response)


def _known(connection: Reader, command: Change, caller: Any, desk: Desk) -> common.Notice | None:
    wanted = stored.known_to(caller, command.notice_id, desk.clock.now())
    rows, _ = reading.page(connection, notice, wanted, None, 1)
    return _messages(connection, rows)[0] if rows else None


def _messages(connection: Reader, rows: Any) -> list[common.Notice]:
    roles = stored.roles(connection, {row["case_id"] for row in rows})
    return [
        notice_message(row, row["case_no"], roles.get((row["case_id"], row["recipient"]), ""))
        for row in rows
    ]


def notices_served(desk: Desk) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["NoticeService"],
        grpc.add_NoticeServiceServicer_to_server,
        NoticeServicer(desk),
        NOTICE_ACCESS,
    )
