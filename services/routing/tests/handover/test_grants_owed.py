"""Services that did not register a case are granted it by routing, however long they are away."""

from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from kernel.group_commit import Work
from kernel.testing.clock import FakeClock
from routing.domain.words import Kind
from routing.storage import grant_starts
from routing.storage.grant_starts import grant_start
from routing.testing.playing import COUNTY, TOWN, hand
from routing.testing.world import World

AGAIN = timedelta(seconds=6)


@pytest_asyncio.fixture
async def wide(tmp_path, county_directory, profile):
    """Nodes with two services that hold case data."""
    services = ("intake", "mediation")
    opened = await World.open(tmp_path, county_directory, profile, FakeClock(), services=services)
    yield opened
    await opened.close()


async def registered(world):
    """A case that only intake has, as after its registration; and the node."""
    case_id = await world.register(TOWN)
    peer = world.at(TOWN)
    peer.parts["mediation"].grants.clear()
    return case_id, peer


async def owed(peer):
    """Grants that are still owed at a node."""
    return [row["case_id"] for row in await peer.rows(select(grant_start))]


async def test_a_registration_grants_the_other_services(wide):
    """Owed in the transaction that takes the case up; done, nothing is left of it."""
    case_id, peer = await registered(wide)
    assert await owed(peer) == [case_id]
    assert await peer.runner.do_errands()
    assert peer.parts["mediation"].grants[case_id].epoch == 1
    assert await owed(peer) == []
    assert not await peer.runner.do_errands()


async def test_a_service_that_is_away_is_granted_later(wide, monkeypatch):
    """The call fails: it stays owed with its reason, and is tried again in time."""
    case_id, peer = await registered(wide)
    part = peer.parts["mediation"]

    async def away(*_):
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(part, "start_grant", away)
        await peer.runner.do_errands()
    assert await owed(peer) == [case_id]
    peer.ground.clock.advance(AGAIN)
    await peer.runner.do_errands()
    assert (part.grants[case_id].epoch, await owed(peer)) == (1, [])


async def test_a_case_that_was_handed_on_first_is_granted_where_it_is(wide):
    """Release locks the service without a grant; the receiver imports; the old grant is void."""
    case_id, peer = await registered(wide)
    await hand(wide, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await wide.settle()
    assert wide.grants(case_id) == [("anji", "intake", 2), ("anji", "mediation", 2)]
    peer.ground.clock.advance(AGAIN)
    await peer.runner.do_errands()
    assert await owed(peer) == []
    assert wide.grants(case_id) == [("anji", "intake", 2), ("anji", "mediation", 2)]


@pytest.mark.parametrize("starts", [1, 2])
async def test_a_service_that_is_new_to_the_node_is_granted_what_is_held_here(wide, starts):
    """At the first start with it, and once; a case granted meanwhile keeps its epoch."""
    case_id, peer = await registered(wide)
    forget = Work(lambda uow, _: uow.execute(delete(grant_start)), None)
    await peer.ground.writer.perform(forget)
    for _ in range(starts):
        await peer.ground.writer.perform(Work(grant_starts.owe_all, "mediation"))
        await peer.runner.do_errands()
    assert peer.parts["mediation"].grants[case_id].epoch == 1
    assert await owed(peer) == []
