"""The downward links of this node, and what its children send up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from kernel.broker import Broker, Consumer
from kernel.broker.topology import ensure
from kernel.consumer import Receiver
from kernel.group_commit import Work
from kernel.instants import stamp
from kernel.links.envelope import LinkMessage
from kernel.nats_server.permissions import DOWN_STREAM, down_durable
from kernel.relay import Ground, LinkEnd, Relay, Retention
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.errors import OldIncarnation
from routing.exchange import peers
from routing.exchange.bridge import Bridge
from routing.exchange.claims import Claims
from routing.exchange.numbering import Numbering
from routing.node import Node
from routing.storage import peers as peer_rows

SERVICE = "routing"
LOOK_S = 2.0
TOLD_EVERY = timedelta(seconds=5)
CALM_S = 0.05
"""Headers, timelines and due dates may be told so much later; offers go out at once."""
log = structlog.get_logger(__name__)


@dataclass
class DownLinks:
    """A relay for each child; one receiver for what all of them send."""

    node: Node
    ground: Ground
    broker: Broker
    receiver: Receiver
    nats_url: str
    rules: Callable[[], bytes]
    numbering: Numbering
    claims: Claims
    heard: dict[str, datetime] = field(default_factory=dict)
    _relays: dict[str, tuple[Relay, Retention]] = field(default_factory=dict)
    _incarnations: dict[str, int] = field(default_factory=dict)

    @property
    def incarnation(self) -> int:
        """This node's incarnation."""
        return self.ground.incarnation

    async def run(self) -> None:
        """Keep a relay running for every child the directory names.

        What fails here, as reading does while the database is away, ends the relays with it: when
        this is run again, each is begun again.
        """
        async with asyncio.TaskGroup() as group:
            running: set[str] = set()
            while True:
                children = self.node.directory().child_nodes(self.node.code)
                for child in sorted(set(children) - running):
                    await self._add(child, group)
                    running.add(child)
                await self._share(children)
                await asyncio.sleep(LOOK_S)

    async def _share(self, children: Sequence[str]) -> None:
        """Tell other replicas when a child spoke here, and learn when it spoke there."""
        told = await self.ground.readers.run(peer_rows.heard_at)
        for child in children:
            here, there = self.heard.get(child), told.get(child)
            if there is not None and (here is None or there > here):
                self.heard[child] = there
            elif here is not None and (there is None or here - there > TOLD_EVERY):
                note = partial(peers.note_alive, at=here)
                work = Work(note, child, key=f"peer:{child}", traceparent="")
                await self.ground.writer.perform(work)

    async def _add(self, child: str, group: asyncio.TaskGroup) -> None:
        await self.broker.up.wait()
        subjects = (f"down.{child}.>",)
        durable = Consumer(DOWN_STREAM, down_durable(child), subjects)
        await ensure(self.broker.jetstream, durable)
        if durable not in self.broker.declared:
            self.broker.declared = (*self.broker.declared, durable)
        end = LinkEnd.down(self.node.code, SERVICE, child, calm_s=CALM_S)
        relay = Relay(end, self.ground, self.broker)
        retention = Retention(relay)
        self._relays[child] = (relay, retention)
        group.create_task(relay.run(), name=f"relay down.{child}")
        group.create_task(retention.run(), name=f"retention down.{child}")

    async def refuse_older(self, child: str, incarnation: int, bridge: Bridge) -> None:
        """Refuse everything of an older incarnation of a child, answers included."""
        known = self._incarnations.get(child)
        if known is None:
            rows = await bridge.read(peer_rows.incarnations)
            self._incarnations |= rows
            known = self._incarnations.get(child, 0)
        if incarnation < known:
            raise OldIncarnation(node=child, incarnation=incarnation, known=known)
        if incarnation > known:
            heard = peers.Heard(child, incarnation, timedelta())
            await bridge.peer(peers.note_heard, heard, f"peer:{child}")
            self._incarnations[child] = incarnation

    async def heartbeat(
        self, child: str, request: pb.HeartbeatRequest, bridge: Bridge
    ) -> pb.HeartbeatResponse:
        """Note the child's side of both links, tell ours."""
        origin = f"{child}/{SERVICE}"
        self.heard[child] = self.ground.clock.now()
        self.receiver.note_head(origin, request.caller.incarnation, request.up_head)
        await self._confirmed(child, request, bridge)
        wish = await self.receiver.wish(origin)
        cursor = self.receiver.cursor(origin)
        relay = self._relays.get(child)
        return pb.HeartbeatResponse(
            incarnation=self.incarnation,
            up_cursor=cursor.no,
            up_cursor_incarnation=cursor.incarnation,
            resend_up_from=wish.from_no if wish else 0,
            down_head=relay[0].head.no if relay else 0,
            proof=self._proof(child),
            directory_version=self.node.directory().version,
            now=stamp(self.ground.clock.now()),
            frozen=bridge.frozen(),
            numbering_wanted=self.numbering.wishes(child),
            reconcile=await bridge.read(peer_rows.wants_comparison, child),
        )

    async def _confirmed(self, child: str, request: pb.HeartbeatRequest, bridge: Bridge) -> None:
        """The child has our events up to its cursor, unless it claims more than there are."""
        relay = self._relays.get(child)
        if relay is None or request.down_cursor == 0:
            return
        await relay[0].has_given(request.down_incarnation, request.down_cursor)
        head = (relay[0].head.incarnation, relay[0].head.no)
        if await self.claims.is_sound(child, request, head, bridge):
            await relay[1].confirm(child, request.down_incarnation, request.down_cursor)

    def _proof(self, child: str) -> pb.HeadProof | None:
        relay = self._relays.get(child)
        if relay is None or not relay[0].head.no:
            return None
        return self.claims.proof(child, (relay[0].head.incarnation, relay[0].head.no))

    async def resend(self, child: str, from_no: int) -> AsyncIterator[pb.ResendFromResponse]:
        """Everything still kept of a child's link from a number on."""
        relay = self._relays[child][0]
        while rows := await relay.rows_from(from_no):
            for row in rows:
                yield _event_out(row)
            from_no = rows[-1].no + 1

    def regulation(self) -> bytes:
        """All profiles and holiday notices as one document."""
        return self.rules()


def _event_out(row: LinkMessage) -> pb.ResendFromResponse:
    return pb.ResendFromResponse(
        incarnation=row.incarnation,
        link_no=row.no,
        event_id=str(row.event_id),
        type=row.type,
        subject=row.subject,
        body=row.body,
        traceparent=row.traceparent,
        at=row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        case_id=str(row.case_id or ""),
    )


def event_in(origin: str, event: pb.ResendFromResponse) -> LinkMessage:
    """An event that was sent again over gRPC."""
    return LinkMessage(
        origin=origin,
        incarnation=event.incarnation,
        no=event.link_no,
        event_id=UUID(event.event_id),
        type=event.type,
        subject=event.subject,
        case_id=UUID(event.case_id) if event.case_id else None,
        body=event.body,
        traceparent=event.traceparent,
        at=datetime.fromisoformat(event.at),
    )
