"""A site goes to another node while it holds cases: each follows by itself, whatever its state."""

from datetime import timedelta

import pytest
import pytest_asyncio
from msgspec import structs

from kernel.directory import Delegation, Directory
from kernel.identity import Caller
from kernel.identity import Kind as CallerKind
from kernel.testing.clock import FakeClock
from routing.domain.words import Kind
from routing.handlers.relocation import OrderRelocations, order_relocations
from routing.storage import log
from routing.storage.clocks import clock
from routing.storage.tables import case_row, handoff, intent, visit
from routing.testing.playing import COUNTY, OTHER, TOWN, VILLAGE, decide, hand, holder, object_to
from routing.testing.world import World, delegated

DUE = {"due_on": "2026-11-20"}


def at_nodes(directory, version, **nodes):
    """The directory with these sites at these nodes; a node named closing_… is being taken back."""
    sites = {"dipu": TOWN, "lujia": VILLAGE, "meixi": OTHER}
    entries = [
        Delegation(site=sites[node], node=node, closing=state == "closing")
        for node, state in nodes.items()
    ]
    return Directory(structs.replace(directory.file, version=version, delegations=tuple(entries)))


class County:
    """Four nodes, of which the village's has not been given its site yet."""

    def __init__(self, world, directory):
        self.world = world
        self.before = at_nodes(directory, 1, dipu="open", meixi="open")
        self.after = at_nodes(directory, 2, dipu="open", meixi="open", lujia="open")
        self.back = at_nodes(directory, 3, dipu="open", meixi="open", lujia="closing")

    def know(self, directory, *codes):
        """These nodes, or all, come to know a directory."""
        for code in codes or self.world.peers:
            self.world.knows(code, directory)

    async def follow(self):
        """Every node orders what has to follow, until all is settled."""
        for _ in range(4):
            for peer in self.world.peers.values():
                itself = Caller(CallerKind.SERVICE, f"{peer.code}/routing")
                await peer.do(order_relocations, OrderRelocations(), itself)
            await self.world.settle()

    async def rows(self, code, table, case_id):
        """Rows of a case at a node."""
        return await self.world.peers[code].rows(table.select().where(table.c.case_id == case_id))

    async def kinds(self, code, case_id):
        """The log of a case at a node, as kinds."""
        entries = await self.world.peers[code].ground.readers.run(lambda c: log.read(c, case_id))
        return [entry.kind for entry in entries]


@pytest_asyncio.fixture
async def county(tmp_path, county_directory, profile):
    """The county as it is before the village's site is delegated."""
    opened = await World.open(tmp_path, county_directory, profile, FakeClock())
    made = County(opened, county_directory)
    made.know(made.before)
    yield made
    await opened.close()


async def assigned_to_village(county):
    """A case of the county's that waits at the village for a signature."""
    world = county.world
    case_id = await world.register_at("anji", COUNTY)
    await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    return case_id


async def test_cases_held_releasing_and_in_transit_all_end_at_the_new_node(county):
    """Held, letting go, offered up and offered down: one holder each, where the unit lives now."""
    world = county.world
    held = await world.register_at("dipu", VILLAGE)
    releasing = await world.register_at("dipu", TOWN)
    upward = await world.register_at("dipu", VILLAGE)
    downward = await world.register_at("anji", COUNTY)
    world.cut |= {"dipu"}
    await hand(world, upward, VILLAGE, COUNTY, Kind.ESCALATE, reason="urgent")
    await hand(world, downward, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    await hand(world, releasing, TOWN, VILLAGE, Kind.ASSIGN, **DUE)
    county.know(county.after)
    world.cut.clear()
    await county.follow()
    for case_id, unit, node in (
        (held, VILLAGE, "lujia"),
        (releasing, VILLAGE, "lujia"),
        (downward, VILLAGE, "lujia"),
        (upward, COUNTY, "anji"),
    ):
        assert await holder(world, case_id) == unit
        assert await world.writers(case_id) == [node]
    assert (await world.peers["lujia"].case(held))["epoch"] == 2


async def test_a_directory_that_comes_late_to_one_node_moves_no_case_twice(county):
    """The village's node takes what comes before it knows the directory; nothing goes round."""
    world = county.world
    case_id = await world.register_at("dipu", VILLAGE)
    county.know(county.after, "anji", "dipu")
    county.know(county.after, "lujia")
    await county.follow()
    assert await world.writers(case_id) == ["lujia"]
    assert (await world.peers["lujia"].case(case_id))["epoch"] == 2


async def test_no_clock_restarts_and_no_visit_is_counted(county):
    """Every due date stays to the second; the log names the relocation; no visit is added."""
    world = county.world
    case_id = await assigned_to_village(county)
    before = {row["clock"]: row for row in await county.rows("dipu", clock, case_id)}
    visits = await county.rows("dipu", visit, case_id)
    world.peers["dipu"].ground.clock.advance(timedelta(days=3))
    county.know(county.after)
    await county.follow()
    after = {row["clock"]: row for row in await county.rows("lujia", clock, case_id)}
    assert {k: (v["due_at"], v["state"]) for k, v in after.items()} == {
        k: (v["due_at"], v["state"]) for k, v in before.items()
    }
    assert len(await county.rows("lujia", visit, case_id)) == len(visits)
    assert "handover.relocate" in await county.kinds("lujia", case_id)


async def test_an_unsigned_case_may_still_be_objected_to_where_its_unit_went(county):
    """It waits for its signature there; the objection goes to the sender, whose decision binds."""
    world = county.world
    case_id = await assigned_to_village(county)
    county.know(county.after)
    await county.follow()
    (row,) = await county.rows("lujia", case_row, case_id)
    assert (row["signed"], row["pending"]) == (False, "")
    await object_to(world, case_id, VILLAGE)
    await world.settle()
    sent = [r for r in await _handoffs(county, "anji", case_id) if r["objection"] == "open"]
    assert len(sent) == 1
    await decide(world, case_id, COUNTY, sent[0]["handoff_id"], upheld=True)
    await county.follow()
    assert await holder(world, case_id) == COUNTY


async def test_a_case_assigned_within_the_old_node_is_decided_on_from_there(county):
    """Sender and unit were one node: after the move the decision goes over the link."""
    world = county.world
    case_id = await world.register_at("dipu", TOWN)
    await hand(world, case_id, TOWN, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    county.know(county.after)
    await county.follow()
    await object_to(world, case_id, VILLAGE)
    await world.settle()
    sent = [r for r in await _handoffs(county, "dipu", case_id) if r["objection"] == "open"]
    assert await decide(world, case_id, TOWN, sent[0]["handoff_id"], upheld=True) == "sent"
    await county.follow()
    assert await holder(world, case_id) == TOWN


async def test_an_open_objection_is_decided_before_the_case_follows(county):
    """While it is open only the decided hand-over goes; overruled, the case follows its unit."""
    world = county.world
    case_id = await assigned_to_village(county)
    await object_to(world, case_id, VILLAGE)
    await world.settle()
    county.know(county.after)
    await county.follow()
    assert await world.writers(case_id) == ["dipu"]
    (order,) = await county.rows("dipu", intent, case_id)
    assert order["last_reason"] == "OBJECTION_PENDING"
    (sent,) = await _handoffs(county, "anji", case_id)
    await decide(world, case_id, COUNTY, sent["handoff_id"], upheld=False)
    await world.settle()
    world.peers["dipu"].ground.clock.advance(timedelta(minutes=1))
    await county.follow()
    assert await world.writers(case_id) == ["lujia"]


@pytest.mark.parametrize("late", [False, True])
async def test_a_site_taken_back_brings_its_cases_home(county, late):
    """The closing node hands over what it holds, also what was still on its way to it."""
    world = county.world
    county.know(county.after)
    held = await world.register_at("lujia", VILLAGE)
    coming = await world.register_at("anji", COUNTY)
    world.cut |= {"lujia"} if late else set()
    await hand(world, coming, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    county.know(county.back)
    world.cut.clear()
    await county.follow()
    for case_id in (held, coming):
        assert await world.writers(case_id) == ["dipu"]
        assert await holder(world, case_id) == VILLAGE


async def _handoffs(county, code, case_id):

    return await county.rows(code, handoff, case_id)


def test_the_directories_of_these_tests_are_what_they_say(county_directory):
    """Before: the village at the township's node; after: at its own; back: closing."""
    before = delegated(county_directory, {TOWN: "dipu", OTHER: "meixi"})
    assert before.node_of(VILLAGE) == "dipu"
    assert at_nodes(county_directory, 3, dipu="open", lujia="closing").node_of(VILLAGE) == "dipu"
