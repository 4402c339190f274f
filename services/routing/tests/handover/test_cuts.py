"""Lines that are out for a minute to an hour while everybody works on: what was lost is counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kernel.identity import Caller
from kernel.identity import Kind as CallerKind
from routing.domain.words import Kind
from routing.exchange import peers
from routing.storage.tables import handoff
from routing.testing.playing import COUNTY, TOWN, VILLAGE, hand, holder

MINUTE = timedelta(seconds=60)
LOOK = 10
"""Minutes between two looks of a node at what it owes: each try is one more in vain."""
DUE = {"due_on": "2026-12-20"}


@pytest.mark.parametrize("seconds", [60, 300, 600, 3600])
async def test_open_zaak_nothing_is_lost_in_an_outage_of(world, seconds):
    """Open Zaak lost 1,276 notifications in 300 s; of the hand-overs begun meanwhile none is."""
    world.cut |= {"dipu", "lujia"}
    raised, lowered = [], []
    for minute in range(seconds // 60):
        world.peers["anji"].ground.clock.advance(MINUTE)
        case_id = await world.register(VILLAGE)
        await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
        raised.append(case_id)
        if minute % 4 == 0:
            case_id = await world.register(COUNTY)
            await hand(world, case_id, COUNTY, VILLAGE, Kind.ASSIGN, **DUE)
            lowered.append(case_id)
        if minute % LOOK == 0:
            for peer in world.peers.values():
                await world.round(peer)
    assert not await holders_of(world, [*raised, *lowered])
    world.cut.clear()
    await world.settle()
    assert await holders_of(world, raised) == {TOWN: len(raised)}
    assert await holders_of(world, lowered) == {VILLAGE: len(lowered)}
    for peer in world.peers.values():
        open_rows = select(handoff).where(handoff.c.active.is_(True))
        assert await peer.rows(open_rows) == []


async def test_what_was_put_off_is_tried_as_soon_as_the_link_is_up(world):
    """A hand-over tried in vain for long waits half a minute; not when the parent answers again."""
    village = world.peers["lujia"]
    world.cut |= {"lujia"}
    case_id = await world.register(VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    for _ in range(20):
        await world.round(village)
        village.ground.clock.advance(MINUTE)
    await world.round(village)
    assert await put_off(village)
    await village.do(peers.link_is_up, "dipu", Caller(CallerKind.SERVICE, "lujia"))
    assert not await put_off(village)
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == TOWN


async def put_off(peer):
    """Hand-overs that are to be tried later than now."""
    later = handoff.c.next_try_at > peer.ground.clock.now()
    return await peer.rows(select(handoff).where(handoff.c.active.is_(True), later))


async def holders_of(world, cases):
    """How many of the cases each unit holds and can write; those under way count nowhere."""
    found = {}
    for case_id in cases:
        if await world.writers(case_id):
            unit = await holder(world, case_id)
            found[unit] = found.get(unit, 0) + 1
    return found
