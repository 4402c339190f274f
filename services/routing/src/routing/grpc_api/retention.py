"""RetentionService: what is due to be erased, and the person who confirms."""

from typing import Any

from kernel.access import Access, Scope
from kernel.interceptors import current_caller
from lianxin.routing.v1 import retention_pb2 as pb
from lianxin.routing.v1 import retention_pb2_grpc as rpc
from routing.convert import retention as convert
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.handlers import erasing
from routing.storage import erasures

SERVICE = "/lianxin.routing.v1.RetentionService/"
RETENTION_ACCESS = {
    SERVICE + "ListErasures": Access("archive.erase", scope=Scope.LIST),
    SERVICE + "EraseCase": Access("archive.erase", scope=Scope.CASE),
}


class RetentionServicer(rpc.RetentionServiceServicer):
    """Nothing is erased that a person did not confirm."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def ListErasures(
        self, request: pb.ListErasuresRequest, context: Any
    ) -> pb.ListErasuresResponse:
        """Cases whose header the caller may read."""
        size, state = pages.size(request.page_size), convert.state_of(request.state)
        after = convert.after(pages.position(request.page_token, tuple[str]))
        caller = current_caller()
        rows = await self._bridge.read(erasures.page, caller, state, after, size + 1)
        more = pages.token(str(rows[size - 1]["case_id"])) if len(rows) > size else ""
        return pb.ListErasuresResponse(
            erasures=[convert.erasure(row) for row in rows[:size]], next_page_token=more
        )

    async def EraseCase(self, request: pb.EraseCaseRequest, context: Any) -> pb.EraseCaseResponse:
        """One case; the services of the node and the other nodes follow by themselves."""
        command = convert.erase_from(request)

        def answer(state: str) -> pb.EraseCaseResponse:
            return pb.EraseCaseResponse(state=state)

        return await self._bridge.write(request, erasing.confirm, command, answer)
