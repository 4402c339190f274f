"""UnservedService: papers whose service starts a clock and that reached nobody yet."""

from functools import partial
from typing import Any

from grpc.aio import ServicerContext

from intake.convert import by_day, lists
from intake.convert import unserved as convert
from intake.desk import Desk
from intake.storage import unserved as stored
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.grpc_server import Served
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.intake.v1 import unserved_pb2 as pb
from lianxin.intake.v1 import unserved_pb2_grpc as grpc

UNSERVED = "/lianxin.intake.v1.UnservedService/"
UNSERVED_ACCESS = {UNSERVED + "ListUnserved": Access("case.read.header", scope=Scope.LIST)}


class UnservedServicer(grpc.UnservedServiceServicer):
    """What is still to be served."""

    def __init__(self, desk: Desk, texts: Catalogue) -> None:
        self._desk = desk
        self._texts = texts

    async def ListUnserved(
        self, request: pb.ListUnservedRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListUnservedResponse:
        """Names of kinds, numbers and days only: nothing of the matter."""
        caller, now = current_caller(), self._desk.clock.now()
        asked, mark = by_day.asked_of("ListUnserved", request, caller, now)
        rows, cursor = await self._desk.readers.run(partial(stored.page, asked=asked))
        late = await self._desk.readers.run(partial(stored.overdue_count, asked=asked))
        language = incoming(context.invocation_metadata()).language
        by = convert.Explaining(self._desk.office, self._texts, language, asked.today)
        return pb.ListUnservedResponse(
            papers=[convert.paper_message(row, by) for row in rows],
            next_page_token=lists.token_of(mark, cursor),
            overdue_count=late,
        )


def unserved_served(desk: Desk, texts: Catalogue) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["UnservedService"],
        grpc.add_UnservedServiceServicer_to_server,
        UnservedServicer(desk, texts),
        UNSERVED_ACCESS,
    )
