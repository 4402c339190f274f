"""A node that is taken out of service: what goes out goes on, nothing comes in."""

from sqlalchemy import select

from kernel.group_commit import Work
from routing.commands.handover import BeginHandover
from routing.domain.words import Kind
from routing.grpc_api import nodes
from routing.handlers.handover import begin
from routing.storage import draining
from routing.storage.standing_links import link
from routing.storage.tables import handoff

COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
DUE = {"due_on": "2026-11-20"}


async def hand(world, case_id, from_unit, to_unit, kind, **values):
    """A person of the holder unit hands the case on."""
    peer = world.at(from_unit)
    row = await peer.case(case_id)
    reason = values.pop("reason", "other")
    command = BeginHandover(case_id, row["epoch"], row["version"], kind, to_unit, reason, **values)
    return await peer.do(begin.begin_handover, command, world.staff(from_unit))


async def drain(world, unit):
    """An operator takes the unit's node out of service. Answers since when."""
    return await world.at(unit).do(nodes._begin, None, world.staff(unit))


async def left(world, unit):
    """What is left at the unit's node."""
    peer = world.at(unit)
    children = peer.ground.node.children()
    return await peer.ground.readers.run(lambda c: draining.left(c, peer.code, children))


async def test_an_offer_waits_until_the_node_takes_part_again(world):
    """A drained village leaves an offer with the township, which can still take it back."""
    begun = await drain(world, VILLAGE)
    assert await drain(world, VILLAGE) == begun
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, VILLAGE, Kind.ASSIGN, **DUE)
    await world.settle()
    assert await world.writers(case_id) == []
    assert await world.at(VILLAGE).rows(select(handoff)) == []
    assert (await left(world, TOWN)).leaving == 1
    await world.at(VILLAGE).do(nodes._end, None, world.staff(VILLAGE))
    await world.settle()
    assert await world.writers(case_id) == ["lujia"]


async def test_what_comes_up_waits_and_what_goes_out_goes_on(world):
    """A drained township takes nothing from the village, and its own case still goes up."""
    rising, leaving = await world.register(VILLAGE), await world.register(TOWN)
    await drain(world, TOWN)
    await hand(world, rising, VILLAGE, TOWN, Kind.ESCALATE)
    await hand(world, leaving, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    assert await world.writers(leaving) == ["anji"]
    (row,) = await world.at(VILLAGE).rows(select(handoff).where(handoff.c.case_id == rising))
    assert (row["state"], row["last_reason"]) == ("offered", "NODE_DRAINING")
    assert (await left(world, TOWN)).held == 0
    await world.at(TOWN).do(nodes._end, None, world.staff(TOWN))
    await world.settle()
    assert await world.writers(rising) == ["dipu"]


async def test_what_is_under_way_when_draining_begins_arrives(world):
    """A case that the village had claimed before it was drained is stored there."""
    case_id = await world.register(TOWN)
    await hand(world, case_id, TOWN, VILLAGE, Kind.ASSIGN, **DUE)
    for _ in range(50):
        await world.round(world.at(TOWN))
        await world.round(world.at(VILLAGE))
        if await world.at(VILLAGE).rows(select(handoff)):
            break
    await drain(world, VILLAGE)
    await world.settle()
    assert await world.writers(case_id) == ["lujia"]
    assert (await left(world, VILLAGE)).held == 1


async def test_what_a_forgotten_node_never_got_keeps_nobody(world):
    """Put back to before a village was forgotten, a township still gets out of service."""
    row = {"name": "down.lujia", "incarnation": 9, "head": 3, "published_no": 3}
    gone = row | {"name": "down.gone"}

    def told(uow, given):
        for one in given:
            uow.insert(link, one)

    await world.at(TOWN).ground.writer.perform(Work(told, [gone]))
    assert (await left(world, TOWN)).unsent == 0
    await world.at(TOWN).ground.writer.perform(Work(told, [row]))
    assert (await left(world, TOWN)).unsent == 3
