"""Three running nodes, the cables between them, and everybody who works there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.directory import Directory
from lianxin.cli.demo import world
from lianxin.cli.demo.cable import Cable
from lianxin.cli.demo.ledger import Ledger
from lianxin.cli.demo.people import Clerk, Personnel
from lianxin.cli.demo.processes import NodeProcess
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.world import ABOVE, NODES, SITES, TOWNSHIP, World

if TYPE_CHECKING:
    from lianxin.cli.demo.mediators import Register


@dataclass
class Stage:
    """Where the demonstration is played."""

    world: World
    screen: Screen
    directory: Directory
    nodes: dict[str, NodeProcess]
    cables: dict[str, Cable]
    people: Personnel
    ledger: Ledger = field(default_factory=Ledger)
    faults: Mapping[str, str] = field(default_factory=dict)
    """Environment of the township's process: the step at which it is killed, once."""
    register: "Register | None" = None
    """The mediators of all nodes, once they were read in."""

    def title(self, unit: str) -> str:
        """What a unit is called."""
        return self.directory.title(unit)

    async def clerk(self, unit: str, *roles: str, name: str = "") -> Clerk:
        """Somebody of a unit, at the node that hosts it; made at first need."""
        node = self.directory.node_of(unit)
        staff_id = name or f"{'-'.join(roles[:1])}.{unit.removeprefix('s-').removeprefix('u-')}"
        return await self.people.hire(self.world.nodes[node], staff_id[:40], unit, roles)

    async def administrator(self, node: str) -> Clerk:
        """The administrator of a node."""
        return await self.people.administrator(self.world.nodes[node])

    def resident(self, node: str) -> Clerk:
        """A resident at the window of a node."""
        return self.people.resident(self.world.nodes[node])

    def site(self, node: str) -> str:
        """The site a node was made for."""
        return SITES[node]


@asynccontextmanager
async def staged(
    folder: Path,
    screen: Screen,
    *,
    kill_at: str = "",
    databases: Mapping[str, Mapping[str, str]] | None = None,
) -> AsyncIterator[Stage]:
    """Build the county in a folder and start its nodes; everything has stopped at the end.

    `kill_at` names a step of the protocol at which the township's process is killed, once.
    `databases` are addresses on PostgreSQL by node and service; others are files of SQLite.
    """
    built = world.build(folder, databases)
    cables = {child: Cable() for child in ABOVE}
    nodes = {code: NodeProcess(built.nodes[code]) for code in NODES}
    people = Personnel(screen.language)
    stage = Stage(built, screen, Directory(built.directory), nodes, cables, people)
    if kill_at:
        mark = folder / "killed"
        stage.faults = {"LIANXIN_KILL_AT": kill_at, "LIANXIN_KILL_MARK": str(mark)}
    try:
        await _lay(built, cables)
        for code, node in nodes.items():
            node.start(stage.faults if code == TOWNSHIP else None)
        took = await asyncio.gather(*(node.ready() for node in nodes.values()))
        stage.ledger.seconds["node_start"].extend(took)
        yield stage
    finally:
        await people.close()
        await asyncio.to_thread(stop, nodes)  # the cables must go on: a node waits for its lines
        for cable in cables.values():
            await cable.close()


async def _lay(built: World, cables: dict[str, Cable]) -> None:
    for child, parent in ABOVE.items():
        lower, upper = built.nodes[child], built.nodes[parent]
        await cables[child].lay(lower.up_routing, upper.routing_port)
        await cables[child].lay(lower.up_nats, upper.nats_port)


def stop(nodes: dict[str, NodeProcess]) -> None:
    """Stop all nodes, the lowest first, so that none waits for a child; a stuck one is killed."""
    for node in reversed(nodes.values()):
        node.ask_to_stop()
        node.wait()
