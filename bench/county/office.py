"""Everybody who works in the county while the month is played: accounts, tokens, mediators."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.county.places import MEDIATORS, NODES, Desk
from bench.county.timing import LONG_S, Tally, timed
from kernel.clock import SHANGHAI, SystemClock
from kernel.directory import Directory
from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Ledger
from lianxin.cli.demo.mediators import Register
from lianxin.cli.demo.people import Clerk, Personnel
from lianxin.mediation.v1 import casework_pb2 as pb
from tests.compose.stack import Stack
from tests.compose.tokens import Tokens

DESK_ROLES = ("registrar", "triage", "handler", "committee_head")
"""At most counters one person does all of it."""
JOINT_OFFICE = "conference"
AT_ONCE = 8


@dataclass
class Office:
    """The people at the nodes of a stack; `register` are the mediators of all of them."""

    stack: Stack
    directory: Directory
    register: Register
    tally: Tally = field(default_factory=Tally)
    ledger: Ledger = field(default_factory=Ledger)
    _people: Personnel = field(default_factory=Personnel)
    _tokens: Tokens = field(default_factory=Tokens)

    async def clerk(self, unit: str, *roles: str) -> Clerk:
        """Somebody of a unit with these roles, made at first need, whose token lives on."""
        node = self.directory.node_of(unit)
        name = f"{(roles or DESK_ROLES)[0]}.{unit.removeprefix('s-').removeprefix('u-')}"[:40]
        doors = await asyncio.to_thread(self.stack.doors, node)
        clerk = await self._people.hire(doors, name, unit, roles or DESK_ROLES)
        await self._tokens.fresh(clerk)
        return timed(clerk, self.tally)

    def calls_back(self, site: str) -> str:
        """The unit that calls about what a site settled itself; empty where another node's does."""
        day, node = SystemClock().now().astimezone(SHANGHAI).date(), self.directory.node_of(site)
        above = self.directory.ancestors(site)
        joint = [
            unit.id
            for one in above
            for unit in self.directory.units_of(one.id, day)
            if unit.kind == JOINT_OFFICE
        ]
        found = [*joint, *[one.id for one in above if one.id != site]]
        return next((unit for unit in found if self.directory.node_of(unit) == node), "")

    async def resident(self, node: str) -> Clerk:
        """Somebody without an account."""
        doors = await asyncio.to_thread(self.stack.doors, node)
        return timed(self._people.resident(doors), self.tally)

    async def administrator(self, node: str) -> Clerk:
        """The node's administrator, who waits longer than others do."""
        doors = await asyncio.to_thread(self.stack.doors, node)
        admin = await self._people.administrator(doors)
        await self._tokens.fresh(admin)
        return timed(admin, Tally(), limit_s=LONG_S)

    async def inspector(self, node: str) -> Clerk:
        """Who may see every case of a node; not among those who are counted."""
        doors = await asyncio.to_thread(self.stack.doors, node)
        name = f"inspector.{node}"
        seer = await self._people.hire(doors, name, NODES[node], ("upper_inspector",))
        await self._tokens.fresh(seer)
        return timed(seer, Tally(), limit_s=LONG_S)

    async def open(self, desks: Sequence[Desk]) -> None:
        """An account at every desk, and the register of mediators kept at each node."""
        for node in NODES:
            await self.administrator(node)
        limit = asyncio.Semaphore(AT_ONCE)

        async def hired(desk: Desk) -> None:
            async with limit:
                await self.clerk(desk.site)

        await asyncio.gather(*(hired(desk) for desk in desks))
        for node in NODES:
            await self._keep(node)
        kept = sum(self.register.kept.values())
        assert kept == MEDIATORS, f"{kept} mediators are kept"

    async def _keep(self, node: str) -> None:
        own = [one for one in self.register.entries if self.directory.node_of(one.unit_id) == node]
        head = await self.clerk(NODES[node])
        request = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=own)
        self.register.kept[node] = (await acts.call(head.mediation.KeepMediators(request))).kept

    async def close(self) -> None:
        """Hang up for everybody."""
        await self._people.close()
