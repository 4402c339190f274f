"""NodeService: this node taken out of service, and back."""

from datetime import datetime
from typing import Any

from kernel.access import Access, Scope
from kernel.errors import FieldViolation, InvalidInput
from kernel.instants import stamp
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import node_pb2 as pb
from lianxin.routing.v1 import node_pb2_grpc as rpc
from routing.exchange.bridge import Bridge
from routing.node import Node
from routing.storage import draining

SERVICE = "/lianxin.routing.v1.NodeService/"
OPERATE = Access("system.operate", Scope.LIST)
NODE_ACCESS = {
    SERVICE + "DrainNode": OPERATE,
    SERVICE + "UndrainNode": OPERATE,
    SERVICE + "GetDrain": Access("system.operate", Scope.LIST, service=True),
}


class NodeServicer(rpc.NodeServiceServicer):
    """What an operator decides about the node as a whole."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def DrainNode(self, request: pb.DrainNodeRequest, context: Any) -> pb.DrainNodeResponse:
        """Nothing new from now on."""

        def answer(since: datetime) -> pb.DrainNodeResponse:
            return pb.DrainNodeResponse(since=stamp(since))

        self._expect_own(request.node)
        return await self._bridge.write(request, _begin, None, answer, key="drain")

    async def UndrainNode(
        self, request: pb.UndrainNodeRequest, context: Any
    ) -> pb.UndrainNodeResponse:
        """Take part again."""

        def answer(_done: None) -> pb.UndrainNodeResponse:
            return pb.UndrainNodeResponse()

        self._expect_own(request.node)
        return await self._bridge.write(request, _end, None, answer, key="drain")

    async def GetDrain(self, request: pb.GetDrainRequest, context: Any) -> pb.GetDrainResponse:
        """Whether, and what is left."""
        since = await self._bridge.read(draining.since)
        drain = pb.Drain(draining=since is not None)
        if since is not None:
            drain.since.CopyFrom(stamp(since))
        if not request.only_whether:
            await self._count(drain)
        return pb.GetDrainResponse(drain=drain)

    def _expect_own(self, named: str) -> None:
        if named != self._bridge.node.code:
            raise InvalidInput(FieldViolation("node", "UNKNOWN_VALUE"))

    async def _count(self, drain: pb.Drain) -> None:
        code, directory = self._bridge.node.code, self._bridge.node.directory()
        children = directory.child_nodes(code)
        left = await self._bridge.read(draining.left, code, children)
        drain.held, drain.arriving, drain.leaving = left.held, left.arriving, left.leaving
        drain.unsent, drain.letters = left.unsent, left.letters
        drain.children.extend(children)
        entry = directory.delegation(code)
        if entry is not None and not entry.closing:
            drain.sites.append(entry.site)
        nothing = (left.held, left.arriving, left.leaving, left.unsent, left.letters)
        drain.removable = drain.draining and not (any(nothing) or drain.children or drain.sites)


def _begin(uow: UnitOfWork, _command: None, *, node: Node) -> datetime:  # noqa: ARG001 (a handler)
    return draining.begin(uow)


def _end(uow: UnitOfWork, _command: None, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    draining.end(uow)
