"""WorklistService: what waits for a unit, the figures of a subtree, the state of the links."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from kernel.access import Access, Scope
from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.interceptors import current_caller
from lianxin.routing.v1 import worklist_pb2 as pb
from lianxin.routing.v1 import worklist_pb2_grpc as rpc
from routing import watched
from routing.bus import Bus
from routing.convert import links
from routing.convert import worklist as convert
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.library import Library
from routing.storage import figures, standing_links, today, worklist
from routing.watching import watch

SERVICE = "/lianxin.routing.v1.WorklistService/"
LIST = Access("case.read.header", Scope.LIST)
WORKLIST_ACCESS = {
    SERVICE + "ListWork": LIST,
    SERVICE + "CountWork": LIST,
    SERVICE + "WatchWorklist": LIST,
    SERVICE + "Today": LIST,
    SERVICE + "Summarize": Access("figures.read", Scope.LIST),
    SERVICE + "LinkStatus": Access("system.operate", service=True),
}


class WorklistServicer(rpc.WorklistServiceServicer):
    """Every read goes through the one scope rule; nothing here holds personal fields."""

    def __init__(self, bridge: Bridge, library: Library, bus: Bus) -> None:
        self._bridge = bridge
        self._library = library
        self._bus = bus

    async def ListWork(self, request: pb.ListWorkRequest, context: Any) -> pb.ListWorkResponse:
        """A page of cases, newest registration first."""
        size = pages.size(request.page_size)
        after = convert.after_in(pages.position(request.page_token, tuple[str, str]))
        rows = await self._bridge.read(worklist.page, self._asked(request), after, size + 1)
        directory = self._bridge.node.directory()
        lines = [convert.line_out(row, directory) for row in rows[:size]]
        more = ""
        if len(rows) > size:
            last = rows[size - 1]
            more = pages.token(last["registered_at"].isoformat(), str(last["case_id"]))
        return pb.ListWorkResponse(lines=lines, next_page_token=more)

    async def CountWork(self, request: pb.CountWorkRequest, context: Any) -> pb.CountWorkResponse:
        """Number of cases a list would have."""
        count = await self._bridge.read(worklist.count, self._asked(request))
        more = count > worklist.MOST
        return pb.CountWorkResponse(count=count - more, more=more)

    async def WatchWorklist(
        self, request: pb.WatchWorklistRequest, context: Any
    ) -> AsyncIterator[pb.WatchWorklistResponse]:
        """A unit's worklist as it changes."""
        unit = self._unit(request.unit_id)
        directory = self._bridge.node.directory()
        async for change in watch(self._bridge, self._library.clock, current_caller(), unit):
            told = pb.WatchWorklistResponse(change=change.kind)
            if change.row is not None:
                told.line.CopyFrom(convert.line_out(change.row, directory))
            elif change.case_id is not None:
                told.line.case_id = str(change.case_id)
            yield told

    async def Today(self, request: pb.TodayRequest, context: Any) -> pb.TodayResponse:
        """What waits now."""
        day = _day(self._unit(request.unit_id), self._now())
        waiting = await self._bridge.read(today.waiting, current_caller(), day)
        return convert.today_out(waiting, self._bridge.node.directory())

    async def Summarize(self, request: pb.SummarizeRequest, context: Any) -> pb.SummarizeResponse:
        """Figures of a subtree."""
        path = convert.path_in(request.path_prefix, "path_prefix")
        found = await self._bridge.read(
            figures.of_subtree, current_caller(), path or self._own_path(), self._now()
        )
        return convert.figures_out(found)

    async def LinkStatus(
        self, request: pb.LinkStatusRequest, context: Any
    ) -> pb.LinkStatusResponse:
        """Links, lag and hand-overs in transit."""
        standing = await self._bridge.read(standing_links.read)
        node = self._bridge.node
        answer = links.links_out(
            standing,
            node.parent or "",
            node.children(),
            partial(watched.is_connected, self._bus),
            partial(watched.heard_at, self._bus),
        )
        answer.frozen = self._bridge.frozen()
        answer.incarnation = self._bus.incarnation
        answer.holidays_final_until = _final_until(self._bridge.node.workdays())
        return answer

    def _asked(self, request: pb.ListWorkRequest | pb.CountWorkRequest) -> worklist.Asked:
        return worklist.Asked(current_caller(), convert.filter_in(request.filter), self._now())

    def _unit(self, unit_id: str) -> str:
        unit = unit_id or current_caller().unit
        if not unit:
            raise MissingField.of("unit_id")
        if unit not in self._bridge.node.directory().units:
            raise InvalidInput(FieldViolation("unit_id", "UNKNOWN_VALUE"))
        return unit

    def _own_path(self) -> str:
        """The whole county: the scope rule narrows it to what the caller may see."""
        directory = self._bridge.node.directory()
        return directory.path(directory.file.root)

    def _now(self) -> datetime:
        return self._library.clock.now()


def _day(unit: str, now: datetime) -> today.Day:
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), time(), tzinfo=SHANGHAI)
    return today.Day(unit, now, midnight - timedelta(days=1), midnight + timedelta(days=1))


def _final_until(calendar: Calendar) -> str:
    """The last day that a published notice covers, ISO; empty when there is none."""
    final = [row.date for row in calendar.rows() if row.final]
    return max(final).isoformat() if final else ""
