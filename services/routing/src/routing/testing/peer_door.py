"""The way from a child to its parent in one process, with a link that can be cut at any point."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from kernel.identity import Caller, Kind
from routing.commands.handover import PeerCall, ReceiveParcel
from routing.domain.parcel import Parcel
from routing.errors import NodeFrozen
from routing.handlers.handover import answering, receiving

if TYPE_CHECKING:  # the world makes the doors
    from routing.testing.world import World


class LinkCut(ConnectionError):
    """The request or its answer was lost."""

    reason = "LINK_CUT"


class PeerDoor:
    """Calls the parent's handlers; a lost answer still did its work there."""

    def __init__(self, world: "World", child: str, parent: str, between: str = "") -> None:
        self._world = world
        self._child = child
        self._parent = parent
        self._between = between

    def pinned(self, node: str) -> "PeerDoor":
        """Calls go to a node farther up; the parent passes them on, while its own link is whole."""
        return PeerDoor(self._world, self._child, node, self._parent)

    async def deliver(self, parcel: Parcel) -> tuple[str, str]:
        """Outcome and reason."""
        command = ReceiveParcel(self._child, parcel, deliver=True)
        return str(await self._call(receiving.receive, command)), ""

    async def claim(self, handoff_id: UUID) -> Parcel | None:
        """The parcel; None when it is gone."""
        parcel: Parcel | None = await self._call(answering.claim, PeerCall(self._child, handoff_id))
        return parcel

    async def confirm(self, handoff_id: UUID) -> None:
        """Tell that it is stored."""
        await self._call(answering.confirm, PeerCall(self._child, handoff_id))

    async def cancel(self, handoff_id: UUID, case_id: UUID, epoch: int) -> str:
        """RECEIVED or VOID."""
        call = PeerCall(self._child, handoff_id, case_id, epoch)
        return str(await self._call(receiving.cancel, call))

    async def push_blob(self, case_id: str, sha256: str, size: int) -> bool:
        """No files in these tests."""
        return True

    async def pull_blob(self, case_id: str, sha256: str) -> bool:
        """No files in these tests."""
        return True

    async def _call(self, handler: Any, command: Any) -> Any:
        world = self._world
        if {self._child, self._between} & world.cut or not world.peers[self._parent].up:
            raise LinkCut
        if await world.peers[self._parent].frozen():
            raise NodeFrozen(node=self._parent)
        answer = await world.peers[self._parent].do(
            handler, command, Caller(Kind.NODE, self._child)
        )
        if self._child in world.lose_answers:
            raise LinkCut
        return answer
