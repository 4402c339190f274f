"""Calls of a node below that are meant for a node above: passed on as they are, answers too.

A hand-over row pins its peer's node until it is closed. When the directory put this node between
the two, the child's repeats come here; they are that other node's to answer.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc

from kernel.catalogue import Catalogue
from kernel.errors import Denied
from kernel.grpc_client import from_error
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.errors import NotPassedOn, SiteElsewhere
from routing.exchange.parent_door import GrpcParent
from routing.node import Node

LONG_S = 120.0
TEXTS = Catalogue.load("routing")


class PassingOn:
    """Knows which calls are for another node, and the way there."""

    def __init__(self, node: Node, above: Callable[[], GrpcParent | None]) -> None:
        self._node = node
        self._above = above

    def sender(self, caller: pb.Caller) -> str:
        """The node that asks, proven: itself, or by one between that passes its call on.

        Raises Denied: somebody names a node that is neither itself nor below it.
        """
        proven = current_caller().id
        if caller.node != proven and not self._node.directory().is_below(caller.node, proven):
            raise Denied(node=proven)
        return caller.node

    def is_for_another(self, caller: pb.Caller) -> bool:
        """Whether the call is pinned to a node that is not this one."""
        return caller.pinned_node not in {"", self._node.code}

    async def answer(self, name: str, request: Any) -> Any:
        """What the pinned node answers.

        Raises:
            SiteElsewhere: that node is not above this one.
            NotPassedOn: it cannot be reached, or refuses; the child repeats the call.
        """
        stub = self._stub(request.caller)
        try:
            return await getattr(stub, name)(request, timeout=LONG_S)
        except grpc.aio.AioRpcError as error:
            raise self._refused(request.caller, error) from None

    async def upload(
        self, first: pb.UploadBlobRequest, rest: AsyncIterator[pb.UploadBlobRequest]
    ) -> pb.UploadBlobResponse:
        """The answer to a file that goes up through this node. Raises as `answer`."""
        stub = self._stub(first.caller)
        try:
            answer: pb.UploadBlobResponse = await stub.UploadBlob(
                _joined(first, rest), timeout=LONG_S
            )
        except grpc.aio.AioRpcError as error:
            raise self._refused(first.caller, error) from None
        return answer

    async def download(self, request: Any) -> AsyncIterator[Any]:
        """The pieces of a file that comes down through this node. Raises as `answer`."""
        stub = self._stub(request.caller)
        try:
            async for piece in stub.DownloadBlob(request):
                yield piece
        except grpc.aio.AioRpcError as error:
            raise self._refused(request.caller, error) from None

    def _stub(self, caller: pb.Caller) -> Any:
        door = self._above()
        if door is None or not self._node.directory().is_below(self._node.code, caller.pinned_node):
            raise SiteElsewhere(site="", node=caller.pinned_node[:64])
        return door.stub

    def _refused(self, caller: pb.Caller, error: grpc.aio.AioRpcError) -> NotPassedOn:
        return NotPassedOn(node=caller.pinned_node[:64], why=from_error(error, TEXTS).reason)


async def _joined(first: Any, rest: AsyncIterator[Any]) -> AsyncIterator[Any]:
    yield first
    async for piece in rest:
        yield piece
