"""The sender's three working days to decide on an objection end with the decision, anywhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from routing.commands.handover import BeginHandover, DecideObjection, Designate, Object
from routing.domain.words import Kind
from routing.handlers import designation
from routing.handlers.handover import begin, signing
from routing.storage.clocks import clock

COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
POLICE = "u-dipu-paichusuo"
LATE = timedelta(days=14)


async def objected(world, sender, unit, **values):
    """A case handed to a unit that objects. Answers it and the sender's hand-over."""
    case_id = await world.register(sender, **values)
    row = await world.at(sender).case(case_id)
    kind = Kind.FORWARD if world.at(sender) is world.at(unit) else Kind.ASSIGN
    due_on = "2026-12-01" if kind is Kind.ASSIGN else ""
    hand = BeginHandover(case_id, row["epoch"], row["version"], kind, unit, "other", due_on=due_on)
    out = await world.at(sender).do(begin.begin_handover, hand, world.staff(sender))
    await world.settle()
    row = await world.at(unit).case(case_id)
    wish = Object(case_id, row["epoch"], row["version"], "not_competent")
    await world.at(unit).do(signing.object_to, wish, world.staff(unit))
    await world.settle()
    assert await states(world, case_id) == {"running"}
    return case_id, out.handoff_id


async def decide(world, sender, case_id, handoff_id, *, upheld):
    """The sender decides."""
    command = DecideObjection(case_id, handoff_id, upheld, "checked")
    await world.at(sender).do(signing.decide_objection, command, world.staff(sender))


async def states(world, case_id):
    """States of the decision's clock at every node that has it."""
    query = select(clock.c.state).where(
        clock.c.case_id == case_id, clock.c.clock == "objection_decision"
    )
    return {row["state"] for peer in world.peers.values() for row in await peer.rows(query)}


@pytest.mark.parametrize("upheld", [True, False])
@pytest.mark.parametrize(("sender", "unit"), [(TOWN, POLICE), (COUNTY, VILLAGE)])
async def test_a_decision_meets_its_clock(world, sender, unit, upheld):
    """Within a node and between nodes, upheld or overruled: met, and running nowhere."""
    case_id, handoff_id = await objected(world, sender, unit)
    await decide(world, sender, case_id, handoff_id, upheld=upheld)
    await world.settle()
    assert await states(world, case_id) == {"met"}
    (holder,) = await world.writers(case_id)
    assert (await world.peers[holder].case(case_id))["holder_unit"] == (sender if upheld else unit)


async def test_an_overruled_objection_ends_the_search(world):
    """It counts as signed: the days to find the competent unit are over, as after signing."""
    case_id, handoff_id = await objected(world, TOWN, POLICE, procedure="petition")
    await decide(world, TOWN, case_id, handoff_id, upheld=False)
    query = select(clock).where(clock.c.case_id == case_id, clock.c.clock == "route")
    (row,) = await world.at(TOWN).rows(query)
    assert row["state"] == "met"


async def test_only_a_late_decision_is_late(world):
    """It counts when it was made, not when its letter arrived."""
    in_time = await objected(world, COUNTY, TOWN)
    late = await objected(world, COUNTY, TOWN)
    world.cut |= {"dipu"}
    await decide(world, COUNTY, *in_time, upheld=False)
    world.at(COUNTY).ground.clock.advance(LATE)
    await decide(world, COUNTY, *late, upheld=False)
    world.cut.clear()
    await world.settle()
    assert await states(world, in_time[0]) == {"met"}
    assert await states(world, late[0]) == {"met_late"}


async def test_a_designation_leaves_nothing_to_decide(world):
    """The common superior designates the objecting unit: the sender owes no decision any more."""
    case_id, _ = await objected(world, TOWN, POLICE)
    order = Designate(case_id, POLICE, "competent")
    await world.at(TOWN).do(designation.designate, order, world.staff(TOWN))
    await world.settle()
    assert await states(world, case_id) == {"cancelled"}
