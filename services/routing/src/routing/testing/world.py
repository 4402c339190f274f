"""Nodes of a county in one process: each with its own database, writer and service.

The links between them lose requests and answers as a test says; nothing is repeated by itself
except by the steps that the protocol owes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from kernel import migrate
from kernel.calendar import Calendar, seed_calendar
from kernel.clock import Clock
from kernel.database import Database
from kernel.directory import Delegation, Directory
from kernel.group_commit import Readers, Work, Writer
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.regulation import Profile
from kernel.sealing import NodeKey
from routing.commands.facts import Fact, RecordFact
from routing.commands.handover import HearOffer
from routing.convert.events import encode
from routing.exchange import peers
from routing.handlers import facts, registration
from routing.handlers.handover import receiving
from routing.node import Node
from routing.steps.ground import Ground
from routing.steps.runner import Runner
from routing.storage import handoffs
from routing.storage import peers as peer_rows
from routing.storage.metadata import metadata
from routing.storage.tables import case_row
from routing.testing import comparing
from routing.testing.book_part import BookPart, Held
from routing.testing.owing import do_owed
from routing.testing.peer_door import PeerDoor
from routing.testing.registering import registered

ROLES = frozenset({Role.TRIAGE, Role.HANDLER, Role.JOINT_OFFICE})
ROUNDS = 60
QUIET = 2
"""Idle rounds after which nobody owes anything: an offer heard in one is claimed in the next."""


def delegated(directory: Directory, nodes: dict[str, str]) -> Directory:
    """The same directory with these sites at nodes of their own."""
    entries = tuple(Delegation(site=site, node=node) for site, node in nodes.items())
    return Directory(msgspec.structs.replace(directory.file, delegations=entries))


@dataclass
class Known:
    """The directory as one node knows it."""

    directory: Directory
    workdays: Calendar = field(default_factory=seed_calendar)


@dataclass
class Peer:
    """One node."""

    ground: Ground
    database: Database
    part: BookPart
    runner: Runner
    parts: dict[str, BookPart]
    known: "Known"
    up: bool = True
    incarnation: int = 1

    @property
    def code(self) -> str:
        """Its code."""
        return self.ground.node.code

    async def do(self, handler: Callable[..., Any], command: Any, caller: Caller) -> Any:
        """Run a handler as somebody."""
        bound = partial(handler, node=self.ground.node)
        return await self.ground.writer.perform(Work(bound, command, caller=caller))

    async def case(self, case_id: UUID) -> dict[str, Any]:
        """The row of a case; empty when there is none."""
        rows = await self.rows(select(case_row).where(case_row.c.case_id == case_id))
        return rows[0] if rows else {}

    async def frozen(self) -> bool:
        """Whether this node reads only, after a restore."""
        return bool(await self.ground.readers.run(peer_rows.is_frozen))

    async def rows(self, query: Any) -> list[dict[str, Any]]:
        """Any rows of this node's database."""
        return await self.ground.readers.run(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()]
        )


@dataclass
class World:
    """All nodes, and what happens on the links between them."""

    peers: dict[str, Peer] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)  # children whose link is down
    lose_answers: set[str] = field(default_factory=set)

    @classmethod
    async def open(
        cls,
        folder: Path,
        directory: Directory,
        profile: Profile,
        clock: Clock,
        urls: dict[str, str] | None = None,
        *,
        services: tuple[str, ...] = ("intake",),
    ) -> "World":
        """A node for each one the directory names."""
        world = cls()
        for code in directory.nodes():
            url = (urls or {}).get(code) or f"sqlite:///{folder / code}.db"
            plan = _Plan(folder, code, url, services, profile, clock)
            world.peers[code] = _open_peer(world, plan, directory)
        return world

    async def close(self) -> None:
        """Stop every node."""
        for peer in self.peers.values():
            await peer.ground.writer.stop()
            peer.ground.readers.close()
            peer.database.close()

    def staff(self, unit: str, name: str = "") -> Caller:
        """Somebody who works at a unit."""
        directory = next(iter(self.peers.values())).ground.node.directory()
        site = directory.units[unit].site
        path = directory.path(site)
        return Caller(Kind.STAFF, name or f"staff-{unit}", site, unit, path, ROLES)

    def at(self, unit: str) -> Peer:
        """The node that hosts a unit."""
        directory = next(iter(self.peers.values())).ground.node.directory()
        return self.peers[directory.node_of(unit)]

    def knows(self, code: str, directory: Directory) -> None:
        """A node comes to know another directory."""
        self.peers[code].known.directory = directory

    def adopt(self, child: str, parent: str, directory: Directory) -> None:
        """By a new directory, which every node knows at once, a child has another parent."""
        for peer in self.peers.values():
            peer.known.directory = directory
        ground = replace(self.peers[child].ground, parent=PeerDoor(self, child, parent))
        self.peers[child].ground, self.peers[child].runner = ground, Runner(ground)

    async def register(self, unit: str, **values: Any) -> UUID:
        """A case registered at a unit, at the node that hosts it."""
        return await self.register_at(self.at(unit).code, unit, **values)

    async def register_at(self, code: str, unit: str, **values: Any) -> UUID:
        """A case registered at a unit that this node hosts."""
        case_id, peer = new_id(), self.peers[code]
        for part in peer.parts.values():
            part.grants[case_id] = Held(1, unit, None, 0)
        peer.part.grants[case_id].facts = 1
        command = registered(peer.ground, case_id, unit, values)
        await peer.do(registration.take_up, command, self.staff(unit))
        return case_id

    async def fact(self, case_id: UUID, peer: Peer, kind: str = "intake.found") -> None:
        """A fact the node's service writes under its grant and tells routing."""
        grant = peer.part.grants[case_id]
        grant.facts += 1
        at = peer.ground.clock.now()
        told = Fact("intake", grant.facts, kind, case_id, grant.epoch, grant.unit, "a", at, {}, {})
        await peer.do(facts.record, RecordFact(told, substantive=True), self.staff(grant.unit))

    async def settle(self, rounds: int = ROUNDS) -> None:
        """Let every node do what it owes until nobody owes anything any more."""
        idle = 0
        for _ in range(rounds):
            worked = any([await self.round(peer) for peer in self.peers.values()])
            idle = 0 if worked else idle + 1
            if idle == QUIET:
                return

    async def round(self, peer: Peer) -> bool:
        """One look of a node at what it owes, and one beat of its link. True if it did anything."""
        if not peer.up:
            return False
        done = False if await peer.frozen() else await do_owed(peer)
        return await self._beat(peer) or done

    async def _beat(self, peer: Peer) -> bool:
        parent = peer.ground.node.parent
        if parent is None or peer.code in self.cut or not self.peers[parent].up:
            return False
        above = self.peers[parent]
        me = Caller(Kind.SERVICE, peer.code)
        await _hear_each_other(peer, above)
        if await comparing.compare_if_asked(peer, above):
            return True
        if await peer.frozen() or await above.frozen():
            return False
        offers = await above.ground.readers.run(
            lambda connection: handoffs.offers_for(connection, peer.code, 100)
        )
        for row in offers:
            offer = HearOffer(
                parent, row["handoff_id"], row["case_id"], row["epoch"], row["to_unit"]
            )
            await peer.do(receiving.hear_offer, offer, me)
        return await self._mail(peer, above, me)

    async def _mail(self, peer: Peer, above: Peer, me: Caller) -> bool:
        up = await peer.do(peers.outgoing, above.code, me)
        mail = await above.do(peers.exchange_mail, peers.Mail(peer.code, up, ()), me)
        down = peers.Mail(above.code, mail.letters, mail.taken)
        await peer.do(peers.take_mail, down, me)
        taken = tuple(row["letter_id"] for row in mail.letters)
        await above.do(peers.exchange_mail, peers.Mail(peer.code, (), taken), me)
        return bool(up or taken)

    async def writers(self, case_id: UUID) -> list[str]:
        """Nodes at which custody and service would accept a write at the same epoch."""
        found = []
        for peer in self.peers.values():
            row = await peer.case(case_id)
            if not row or row["custody"] != "held" or await peer.frozen():
                continue
            if all(part.may_write(case_id) == row["epoch"] for part in peer.parts.values()):
                found.append(peer.code)
        return found

    def grants(self, case_id: UUID) -> list[tuple[str, str, int]]:
        """Services that would accept a write now, with their epoch, whatever routing says."""
        return [
            (peer.code, name, part.may_write(case_id))
            for peer in self.peers.values()
            for name, part in peer.parts.items()
            if part.may_write(case_id)
        ]

    async def holders(self, case_id: UUID) -> list[str]:
        """Nodes whose custody row says HELD."""
        rows = [
            (peer.code, await peer.case(case_id))
            for peer in self.peers.values()
            if not await peer.frozen()
        ]
        return [code for code, row in rows if row and row["custody"] == "held"]


async def _hear_each_other(peer: Peer, above: Peer) -> None:
    """Hello: each keeps the other's incarnation."""
    me, no_skew = Caller(Kind.NODE, peer.code), timedelta()
    await above.do(peers.note_heard, peers.Heard(peer.code, peer.incarnation, no_skew), me)
    await peer.do(peers.note_heard, peers.Heard(above.code, above.incarnation, no_skew), me)


@dataclass(frozen=True)
class _Plan:
    """What a node is made from."""

    folder: Path
    code: str
    url: str
    services: tuple[str, ...]
    profile: Profile
    clock: Clock


def _open_peer(world: World, plan: _Plan, directory: Directory) -> Peer:
    migrate.upgrade(plan.url, "routing")
    database = Database.open(plan.url, readers=2)
    writer = Writer(database, metadata, clock=plan.clock, encode=encode)
    writer.start()
    known = Known(directory)
    parts = {name: BookPart(name) for name in plan.services}
    node = Node(
        code=plan.code,
        services=plan.services,
        directory=lambda: known.directory,
        profile=lambda _pin: plan.profile,
        workdays=lambda: known.workdays,
        keys=NodeKey.load(plan.folder / f"{plan.code}-keys"),
    )
    bare = Ground(node, writer, Readers(database), plan.clock, parts, None)
    door = PeerDoor(world, plan.code, node.parent) if node.parent else None
    ground = replace(bare, parent=door)
    return Peer(ground, database, parts[plan.services[0]], Runner(ground), parts, known)
