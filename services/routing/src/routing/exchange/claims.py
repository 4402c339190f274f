"""What a child says it has seen of this node, and how far it is believed.

"A peer that has seen more" means that this node was put back. A child that lies, or whose database
is wrong, must not freeze its parent by saying so: a number counts as seen when the child shows the
proof that this very node gave it, and no other node can make one. Without proof the child's own
link is held and an operator is told; he says `lianxin node restored` if it is true.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from kernel.relay import PeerAhead
from kernel.unit_of_work import UnitOfWork
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.errors import LinkHeld
from routing.exchange.bridge import Bridge
from routing.node import Node
from routing.storage import peers
from routing.storage.peers import peer

Number = tuple[int, int]
"""Incarnation and number on a link, in the order in which they are given."""
NONE: Number = (0, 0)
HEAD = "link head"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NoteClaim:
    """A child claims this number without proof; `NONE` takes the claim away."""

    child: str
    number: Number


def note_claim(uow: UnitOfWork, command: NoteClaim, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Keep the claim: the link stays held over a restart."""
    peers.of(uow, command.child)
    incarnation, no = command.number
    values = {"claimed_incarnation": incarnation, "claimed_no": no}
    uow.update(peer, {"node": command.child}, values)


@dataclass
class Claims:
    """Judges what children claim; `restored` is told when a claim is proven."""

    node: Node
    restored: Callable[[PeerAhead], None]
    _held: dict[str, Number] | None = field(default=None)

    def proof(self, child: str, number: Number) -> pb.HeadProof:
        """The proof that this node gave a number on its link to a child."""
        return pb.HeadProof(incarnation=number[0], head=number[1], seal=self._seal(child, number))

    def _seal(self, child: str, number: Number) -> bytes:
        return self.node.keys.blind(HEAD, f"{child} {number[0]} {number[1]}")

    async def is_sound(
        self, child: str, request: pb.HeartbeatRequest, head: Number, bridge: Bridge
    ) -> bool:
        """Whether the child has seen no more than there is; otherwise it is acted upon here."""
        claimed = (request.down_incarnation, request.down_cursor)
        held = await self._known(bridge)
        if claimed <= head:
            if child in held:
                await self._note(child, NONE, bridge)
            return True
        if self._is_proven(child, request.proof, head):
            self.restored(PeerAhead(child, *claimed))
        elif child not in held:
            log.critical("peer_ahead_unproven", peer=child, no=claimed[1])
            await self._note(child, claimed, bridge)
        return False

    def _is_proven(self, child: str, proof: pb.HeadProof, head: Number) -> bool:
        number = (proof.incarnation, proof.head)
        return number > head and hmac.compare_digest(proof.seal, self._seal(child, number))

    async def let_pass(self, child: str, bridge: Bridge) -> None:
        """Refuse what moves cases on a link that is held. Raises LinkHeld."""
        held = await self._known(bridge)
        if child in held:
            raise LinkHeld(node=child, no=held[child][1])

    async def _known(self, bridge: Bridge) -> dict[str, Number]:
        if self._held is None:
            self._held = await bridge.read(peers.claims)
        return self._held

    async def _note(self, child: str, number: Number, bridge: Bridge) -> None:
        await bridge.peer(note_claim, NoteClaim(child, number), f"peer:{child}")
        held = await self._known(bridge)
        held.pop(child, None)
        if number != NONE:
            held[child] = number


@dataclass(frozen=True, slots=True)
class KeepProof:
    """The parent proved that it gave this number."""

    parent: str
    number: Number
    seal: bytes


def keep_proof(uow: UnitOfWork, command: KeepProof, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Keep the newest proof: it is the only thing a put-back parent has to believe."""
    peers.of(uow, command.parent)
    incarnation, head = command.number
    values: dict[str, Any] = {
        "proof_incarnation": incarnation,
        "proof_head": head,
        "proof_seal": command.seal,
    }
    uow.update(peer, {"node": command.parent}, values)
