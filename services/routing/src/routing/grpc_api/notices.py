"""StaffNoticeService: who of the staff was told, and where they are reached."""

from functools import partial
from typing import Any

from kernel.access import Access, Scope, whoever_is_known
from kernel.clock import Clock
from kernel.doors.notices import notice_message
from kernel.interceptors import current_caller
from kernel.notifying import keeping, reading
from kernel.notifying.errors import NoticeMissing
from kernel.notifying.keeping import Change
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import notice_pb2 as pb
from lianxin.routing.v1 import notice_pb2_grpc as rpc
from routing.convert import notices as convert
from routing.errors import NotYourSite
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.handlers import contacts
from routing.node import Node
from routing.storage import notices as stored

SERVICE = "/lianxin.routing.v1.StaffNoticeService/"
STAFF_NOTICE_ACCESS = {
    SERVICE + "ListStaffNotices": Access("case.read.header", scope=Scope.LIST),
    SERVICE + "RetryStaffNotice": Access("case.note", scope=Scope.CASE),
    SERVICE + "SetContact": whoever_is_known("staff.manage"),
}


class StaffNoticeServicer(rpc.StaffNoticeServiceServicer):
    """Notices to staff."""

    def __init__(self, bridge: Bridge, clock: Clock) -> None:
        self._bridge = bridge
        self._clock = clock

    async def ListStaffNotices(
        self, request: pb.ListStaffNoticesRequest, context: Any
    ) -> pb.ListStaffNoticesResponse:
        """Of the caller's own unit, newest first."""
        caller = current_caller()
        unit = request.unit_id or caller.unit
        if unit != caller.unit:
            raise NotYourSite(unit=unit[:64])
        after = convert.place_of(pages.position(request.page_token, tuple[str, str]))
        wanted = stored.of_unit(caller, unit, self._clock.now(), only_open=request.open)
        size = pages.size(request.page_size)
        page = partial(reading.page, table=stored.notice, wanted=wanted, after=after, size=size)
        rows, place = await self._bridge.readers.run(page)
        following = pages.token(place.at.isoformat(), str(place.notice_id)) if place else ""
        return pb.ListStaffNoticesResponse(
            notices=[notice_message(row, row["case_no"]) for row in rows],
            next_page_token=following,
        )

    async def RetryStaffNotice(
        self, request: pb.RetryStaffNoticeRequest, context: Any
    ) -> pb.RetryStaffNoticeResponse:
        """Once more."""
        command = convert.retry_from(request)
        wanted = stored.known_to(current_caller(), command.notice_id, self._clock.now())
        page = partial(reading.page, table=stored.notice, wanted=wanted, after=None, size=1)
        rows, _ = await self._bridge.readers.run(page)
        if not rows:
            raise NoticeMissing
        case_no = rows[0]["case_no"]

        def answer(row: Any) -> pb.RetryStaffNoticeResponse:
            return pb.RetryStaffNoticeResponse(notice=notice_message(row, case_no))

        return await self._bridge.write(request, _change, command, answer, key=rows[0]["case_id"])

    async def SetContact(
        self, request: pb.SetContactRequest, context: Any
    ) -> pb.SetContactResponse:
        """Where an account is reached; never shown again."""
        command = convert.contact_from(request)

        def answer(ways: int) -> pb.SetContactResponse:
            return pb.SetContactResponse(ways=ways)

        key = f"staff:{command.staff_id}"
        return await self._bridge.write(request, contacts.set_contact, command, answer, key=key)


def _change(uow: UnitOfWork, command: Change, *, node: Node) -> Any:  # noqa: ARG001 (a handler)
    return keeping.change(uow, command, table=stored.notice)
