"""A case goes up, down, sideways and back; it has exactly one holder whenever things are quiet."""

import pytest

from routing.commands.facts import Fact, RecordFact
from routing.commands.handover import (
    BeginHandover,
    DecideObjection,
    Designate,
    Object,
    Recall,
    SignFor,
)
from routing.domain.words import Kind
from routing.errors import DesignationBinds, NeedsDesignation, ObjectionTooLate
from routing.handlers import designation, facts
from routing.handlers.handover import begin, recalling, signing

COUNTY, TOWN, VILLAGE, OTHER = "s-anji", "s-dipu", "s-dipu-lujia", "s-meixi"
POLICE = "u-dipu-paichusuo"


async def hand(world, case_id, from_unit, to_unit, kind, **values):
    """A person of the holder unit hands the case on."""
    peer = world.at(from_unit)
    row = await peer.case(case_id)
    command = BeginHandover(
        case_id,
        row["epoch"],
        row["version"],
        kind,
        to_unit,
        values.pop("reason", "other"),
        **values,
    )
    return await peer.do(begin.begin_handover, command, world.staff(from_unit))


async def sign(world, case_id, unit):
    """A person of the holder unit signs."""
    peer = world.at(unit)
    row = await peer.case(case_id)
    command = SignFor(case_id, row["epoch"], row["version"])
    return await peer.do(signing.sign_for, command, world.staff(unit))


async def holder(world, case_id):
    """The one holder unit, asserted to be one, with its service able to write."""
    nodes = await world.writers(case_id)
    assert len(nodes) == 1, await world.holders(case_id)
    row = await world.peers[nodes[0]].case(case_id)
    return row["holder_unit"]


async def test_escalated_case_is_held_by_the_township(world):
    """Village to township over the link: held there at epoch 2, waiting for its signature."""
    case_id = await world.register(VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    assert await world.writers(case_id) == []
    await world.settle()
    assert await holder(world, case_id) == TOWN
    row = await world.peers["dipu"].case(case_id)
    assert (row["epoch"], row["signed"]) == (2, False)
    await sign(world, case_id, TOWN)
    assert (await world.peers["dipu"].case(case_id))["signed"]


async def test_assigned_case_passes_through_the_township(world):
    """County to village: the node in between takes it in passing and never holds it."""
    case_id = await world.register(COUNTY)
    await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    assert await holder(world, case_id) == VILLAGE
    between = await world.peers["dipu"].case(case_id)
    assert between["custody"] == "out"
    assert (await world.peers["lujia"].case(case_id))["epoch"] == 3


async def test_department_hands_to_department_within_a_node(world):
    """Between two units of one node the same steps are taken, and the grant moves along."""
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, POLICE, Kind.FORWARD)
    await world.settle()
    assert await holder(world, case_id) == POLICE
    assert world.peers["dipu"].part.grants[case_id].unit == POLICE


async def test_sideways_case_goes_through_the_common_parent(world):
    """Township to township goes up and down again, epoch by epoch."""
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, OTHER, Kind.FORWARD)
    await world.settle()
    assert await holder(world, case_id) == OTHER
    assert (await world.peers["anji"].case(case_id))["custody"] == "out"


async def test_unclaimed_assignment_can_be_recalled(world):
    """Down, the sender's row decides while it is OFFERED; the child is told it is gone."""
    case_id = await world.register(COUNTY)
    world.cut |= {"dipu"}
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    peer = world.peers["anji"]
    said = await peer.do(recalling.recall, Recall(case_id, out.handoff_id), world.staff(COUNTY))
    assert said == "recalled"
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    assert (await peer.case(case_id))["epoch"] == 2


async def test_recalled_escalation_asks_the_parent(world):
    """Up, the parent decides: it never had the case, so the child goes on at the next epoch."""
    case_id = await world.register(VILLAGE)
    world.cut |= {"lujia"}
    out = await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    peer = world.peers["lujia"]
    said = await peer.do(recalling.recall, Recall(case_id, out.handoff_id), world.staff(VILLAGE))
    assert said == "asked"
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == VILLAGE
    assert (await peer.case(case_id))["epoch"] == 2


async def test_recall_follows_a_case_that_passes_through(world):
    """The node whose row is still OFFERED voids it and turns the case round."""
    case_id = await world.register(COUNTY)
    world.cut |= {"lujia"}
    out = await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    peer = world.peers["anji"]
    await peer.do(recalling.recall, Recall(case_id, out.handoff_id), world.staff(COUNTY))
    await world.settle()
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == COUNTY


async def object_to(world, case_id, unit):
    """The unit objects to what it received."""
    peer = world.at(unit)
    row = await peer.case(case_id)
    command = Object(case_id, row["epoch"], row["version"], "not_competent")
    return await peer.do(signing.object_to, command, world.staff(unit))


async def decide(world, case_id, sender, handoff_id, *, upheld):
    """The sender decides."""
    command = DecideObjection(case_id, handoff_id, upheld, "checked")
    return await world.at(sender).do(signing.decide_objection, command, world.staff(sender))


async def test_upheld_objection_returns_the_case(world):
    """The receiver's node makes the return; the sender never takes."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    await object_to(world, case_id, VILLAGE)
    await world.settle()
    assert await decide(world, case_id, COUNTY, out.handoff_id, upheld=True) == "sent"
    await world.settle()
    assert await holder(world, case_id) == COUNTY


async def test_overruled_objection_binds(world):
    """Overruled, the case stays, and counts as signed for."""
    case_id = await world.register(COUNTY)
    out = await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    await object_to(world, case_id, TOWN)
    await world.settle()
    await decide(world, case_id, COUNTY, out.handoff_id, upheld=False)
    await world.settle()
    row = await world.peers["dipu"].case(case_id)
    assert (row["custody"], row["signed"], row["objection"]) == ("held", True, "")


async def test_substantive_act_accepts_an_unsigned_case(world):
    """Whoever acts on it has accepted it: there is nothing left to object to."""
    case_id = await world.register(VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    town = world.peers["dipu"]
    assert not (await town.case(case_id))["signed"]
    await world.fact(case_id, town)
    assert (await town.case(case_id))["signed"]
    with pytest.raises(ObjectionTooLate):
        await object_to(world, case_id, TOWN)


async def test_a_session_held_is_an_act_on_the_matter_and_one_called_is_not(
    world,
):
    """What only prepares does not accept an unsigned case, nor break a circle."""
    case_id = await world.register(VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    town = world.peers["dipu"]
    for no, kind in enumerate(("opened", "session_scheduled"), start=1):
        await tell(world, town, case_id, no, f"mediation.{kind}")
        assert not (await town.case(case_id))["signed"]
    await tell(world, town, case_id, 3, "mediation.session_held")
    assert (await town.case(case_id))["signed"]


async def test_what_was_escalated_goes_back_down_by_designation(world):
    """The superior passes nothing back as if new: refused and unchanged; its designation goes."""
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    await sign(world, case_id, COUNTY)
    county = world.peers["anji"]
    before = await county.case(case_id)
    with pytest.raises(NeedsDesignation):
        await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, due_on="2026-11-20")
    assert await county.case(case_id) == before
    order = Designate(case_id, TOWN, "local_matter", due_on="2026-11-20")
    await county.do(designation.designate, order, world.staff(COUNTY))
    await world.settle()
    assert await holder(world, case_id) == TOWN
    with pytest.raises(DesignationBinds):
        await object_to(world, case_id, TOWN)
    again = await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    assert (again.frozen, again.question_to) == (True, COUNTY)


async def test_what_was_acted_upon_is_assigned_back(world):
    """Something of substance was done above: the same assignment is none of circling."""
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    await tell(world, world.peers["anji"], case_id, 1, "mediation.session_held")
    await hand(world, case_id, COUNTY, TOWN, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    assert await holder(world, case_id) == TOWN


async def tell(world, peer, case_id, no, kind):
    """Mediation of a node tells a fact of a case that is held there."""
    row, at = await peer.case(case_id), peer.ground.clock.now()
    unit = row["holder_unit"]
    fact = Fact("mediation", no, kind, case_id, row["epoch"], unit, "li", at, {}, {})
    await peer.do(facts.record, RecordFact(fact), world.staff(unit))
