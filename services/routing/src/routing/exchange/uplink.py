"""This node's side of the link to its parent: it dials, it asks, it tells."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import grpc
import structlog

from kernel.clock import ClockOfAnother
from kernel.consumer import Receiver
from kernel.directory import read_directory
from kernel.errors import ClockSkewed
from kernel.grpc_client import from_error
from kernel.relay import PeerAhead, Relay, Retention
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.commands.handover import HearOffer
from routing.convert import exchange
from routing.exchange import claims, peers
from routing.exchange.links import event_in
from routing.exchange.numbering import Numbering
from routing.exchange.parent_door import GrpcParent
from routing.handlers import reconcile
from routing.handlers.handover import receiving
from routing.library import Library
from routing.steps.failure import TEXTS
from routing.steps.ground import Ground
from routing.storage import peers as peer_rows

SERVICE = "routing"
BEAT_S = 1.0
FAR_BEATS = 30
"""Beats after which the nodes above the parent are asked for offers of an earlier link."""
LONGEST_S = 10.0
log = structlog.get_logger(__name__)


@dataclass
class UpLink:
    """Heartbeats, offers, letters, directory and comparison with the parent, for ever."""

    ground: Ground
    door: GrpcParent
    relay: Relay
    retention: Retention
    receiver: Receiver
    library: Library
    numbering: Numbering
    parents_time: ClockOfAnother
    restored: Callable[[PeerAhead], None]
    refused: Callable[[], None]
    """Called when the parent does not know who we are."""
    connected: bool = False
    skew_ms: int = 0
    heard_at: datetime | None = None
    taken: tuple[str, ...] = ()
    proof: pb.HeadProof | None = None
    beats: int = 0

    @property
    def parent(self) -> str:
        """The parent node's code."""
        return self.ground.node.parent or ""

    async def first_directory(self) -> None:
        """A node that never ran knows nothing yet: ask the parent until it answers."""
        while self.library.knowledge.version == 0:
            try:
                _, content = await self.door.directory(0)
                await self.library.rules_came(await self.door.regulation())
                await self.library.directory_came(read_directory(content))
            except grpc.aio.AioRpcError as error:
                await self._set_clocks(error)
                log.warning("waiting_for_directory", code=error.code().name)
                await asyncio.sleep(BEAT_S)

    async def run(self) -> None:
        """Beat until cancelled; while the parent cannot be reached, ever less often."""
        wait = BEAT_S
        while True:
            try:
                await self._beat()
                if not self.connected:
                    await self._write(peers.link_is_up, self.parent)
                self.connected, wait = True, BEAT_S
            except grpc.aio.AioRpcError as error:
                if self.connected:
                    log.warning("parent_unreachable", code=error.code().name)
                self.connected, wait = False, min(LONGEST_S, wait * 1.5)
                if await self._set_clocks(error):
                    wait = BEAT_S
            await asyncio.sleep(wait)

    async def _set_clocks(self, error: grpc.aio.AioRpcError) -> bool:
        """The parent's clock is far from ours: sign by its time from now on. True if it was that.

        Nothing else goes by another node's clock; doctor names the skew.
        """
        if error.code() is grpc.StatusCode.UNAUTHENTICATED:
            self.refused()
        refused = from_error(error, TEXTS)
        if refused.reason != ClockSkewed.reason or "now_ms" not in refused.ids:
            return False
        there = datetime.fromtimestamp(int(refused.ids["now_ms"]) / 1000, UTC)
        await self._note_skew(there - self.ground.clock.now(), self.parent, 0)
        log.warning("clock_skewed", peer=self.parent, seconds=round(self.skew_ms / 1000))
        return True

    async def _note_skew(self, skew: timedelta, node: str, incarnation: int) -> None:
        self.parents_time.ahead = skew
        self.skew_ms = int(skew / timedelta(milliseconds=1))
        await self._write(peers.note_heard, peers.Heard(node, incarnation, skew))

    async def _beat(self) -> None:
        if not self.connected:
            await self._hello()
        answer = await self.door.heartbeat(**self._state(), proof=await self._kept_proof())
        await self._hear(answer)
        if await self._compare_if_asked(answer):
            return
        if answer.frozen:
            return
        await self._offers()
        await self._mail()
        await self.numbering.give(self.door, list(answer.numbering_wanted))
        await self.numbering.take(self.door)

    async def _hello(self) -> None:
        now = self.ground.clock.now()
        answer = await self.door.hello(self.ground.node.directory().version, now)
        skew = answer.now.ToDatetime(tzinfo=UTC) - now
        await self._note_skew(skew, answer.node, answer.incarnation)

    def _state(self) -> dict[str, Any]:
        cursor = self.receiver.cursor(f"{self.parent}/{SERVICE}")
        return {
            "up_head": self.relay.head.no,
            "down_cursor": cursor.no,
            "down_incarnation": cursor.incarnation,
        }

    async def _kept_proof(self) -> pb.HeadProof:
        """The newest proof of what the parent gave us, kept for the day it is put back."""
        if self.proof is None:
            kept = await self.ground.readers.run(lambda c: peer_rows.proof_of(c, self.parent))
            self.proof = pb.HeadProof(incarnation=kept[0], head=kept[1], seal=kept[2])
        return self.proof

    async def _keep_proof(self, came: pb.HeadProof) -> None:
        kept = await self._kept_proof()
        if (came.incarnation, came.head) > (kept.incarnation, kept.head):
            number = (came.incarnation, came.head)
            await self._write(claims.keep_proof, claims.KeepProof(self.parent, number, came.seal))
            self.proof = came

    async def _hear(self, answer: pb.HeartbeatResponse) -> None:
        origin = f"{self.parent}/{SERVICE}"
        self.heard_at = self.ground.clock.now()
        self.receiver.note_head(origin, answer.incarnation, answer.down_head)
        await self._keep_proof(answer.proof)
        if answer.up_cursor:
            await self._confirm(answer)
        if answer.resend_up_from:
            repeat = f"{answer.up_cursor}-{int(self.heard_at.timestamp())}"
            await self.relay.resend(answer.resend_up_from, repeat=repeat)
        wish = await self.receiver.wish(origin)
        if wish is not None:
            events = [event_in(origin, e) async for e in self.door.resend_from(wish.from_no)]
            await self.receiver.store_resent(origin, wish.from_no, events)
        if answer.directory_version > self.ground.node.directory().version:
            await self._fetch_directory()

    async def _confirm(self, answer: pb.HeartbeatResponse) -> None:
        try:
            await self.retention.confirm(
                self.parent, answer.up_cursor_incarnation, answer.up_cursor
            )
        except PeerAhead as ahead:
            self.restored(ahead)

    async def _fetch_directory(self) -> None:
        have = self.ground.node.directory().version
        version, content = await self.door.directory(have)
        if content:
            log.info("directory_fetched", version=version)
            await self.library.rules_came(await self.door.regulation())
            await self.library.directory_came(read_directory(content))

    async def _offers(self) -> None:
        """Whatever waits for us, also what an event told of and we never heard."""
        for node, door in self._senders():
            for offered in await door.offers():
                facts = exchange.handoff_in(offered)
                command = HearOffer(
                    node, facts.handoff_id, facts.case_id, facts.epoch, facts.to_unit
                )
                await self._write(receiving.hear_offer, command, facts.case_id)

    def _senders(self) -> Iterator[tuple[str, GrpcParent]]:
        """The parent; now and then also the nodes above it, which may have been the parent."""
        yield self.parent, self.door
        self.beats += 1
        if self.beats % FAR_BEATS == 1:
            above = self._above(self.parent)
            while above:
                yield above, self.door.pinned(above)
                above = self._above(above)

    def _above(self, node: str) -> str:
        return self.ground.node.directory().parent_node(node) or ""

    async def _mail(self) -> None:
        """Letters up and down until neither side has any; what came is confirmed with the next."""
        while True:
            waiting = await self._write(peers.outgoing, self.parent)
            letters = [exchange.letter_out(row) for row in waiting]
            answer = await self.door.relay(letters, self.taken)
            came = tuple(exchange.letter_in(letter) for letter in answer.letters)
            kept = tuple(UUID(letter_id) for letter_id in answer.taken)
            if came or kept:
                await self._write(peers.take_mail, peers.Mail(self.parent, came, kept))
            self.taken = tuple(str(row["letter_id"]) for row in came)
            if not came and not waiting:
                return

    async def _compare_if_asked(self, beat: pb.HeartbeatResponse) -> bool:
        """Compare all rows of the link; True while we are frozen ourselves."""
        mine = await self.ground.readers.run(
            lambda c: (peer_rows.is_frozen(c), peer_rows.wants_comparison(c, self.parent))
        )
        frozen, wanted = mine
        if not (beat.reconcile or wanted):
            return frozen
        rows = await self._write(peers.rows_of_link, self.parent)
        states = [exchange.row_out(row) for row in rows]
        known = await self.ground.readers.run(peer_rows.known_since) if wanted else None
        answer = await self.door.reconcile(states, {}, restored=wanted, known=known)
        theirs = tuple(exchange.row_in(row) for row in answer.rows)
        if wanted:
            command = reconcile.Adopt(self.parent, theirs, dict(answer.epochs))
            await self._write(reconcile.adopt, command)
        if beat.reconcile:
            await self._help_parent(theirs, beat.incarnation)
        return True

    async def _help_parent(self, theirs: tuple[Any, ...], incarnation: int) -> None:
        """The parent was restored: what it forgot is void or sent again; it adopts our rows."""
        command = peers.Compare(self.parent, theirs, restored=True, incarnation=incarnation)
        ours = await self._write(peers.compare, command)
        states = [exchange.row_out(row) for row in ours.rows]
        await self.door.reconcile(states, ours.epochs, examined=incarnation)

    async def _write(self, handler: Any, command: Any, key: object = "") -> Any:
        bound = partial(handler, node=self.ground.node)
        return await self.ground.write(bound, command, str(key or f"peer:{self.parent}"))
