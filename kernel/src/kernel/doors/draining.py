"""Whether the node is being taken out of service: routing knows, the others ask it."""

import asyncio
from typing import TYPE_CHECKING

import grpc

from kernel import logs
from kernel.grpc_client import Line
from lianxin.routing.v1 import node_pb2, node_pb2_grpc

if TYPE_CHECKING:
    from lianxin.routing.v1.node_pb2_grpc import NodeServiceAsyncStub

EVERY_S = 3.0
ANSWER_S = 3.0
_log = logs.get_logger()


class Draining:
    """What routing said last. Run `follow` beside the server; each replica asks for itself."""

    def __init__(self, routing: Line) -> None:
        self._stub: NodeServiceAsyncStub = node_pb2_grpc.NodeServiceStub(routing)
        self._on = False

    def now(self) -> bool:
        """Whether it is so, as far as is known."""
        return self._on

    async def follow(self) -> None:
        """Ask from time to time, until cancelled. While routing is away its last word counts."""
        request = node_pb2.GetDrainRequest(only_whether=True)
        while True:
            try:
                self._on = (await self._stub.GetDrain(request, timeout=ANSWER_S)).drain.draining
            except grpc.aio.AioRpcError as error:
                _log.info("drain_unanswered", code=error.code().name)
            await asyncio.sleep(EVERY_S)
