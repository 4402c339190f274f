"""复查 across nodes: held by one node at any time, and back with its date."""

import msgspec
import pytest_asyncio
from sqlalchemy import select

from kernel.directory import Directory
from kernel.identity import Caller, Kind
from routing.commands.ending import CloseCase
from routing.commands.reviews import ApproveReview, AskReview, DecideReview
from routing.handlers import closing
from routing.handlers.reviews import asking, deciding
from routing.storage.reviews import review
from routing.storage.tables import visit
from routing.testing.world import World

COUNTY, TOWN, VILLAGE = "s-anji", "s-dipu", "s-dipu-lujia"
GROUNDS = "答复没有说到水管是谁接的"
DUE = "2027-01-29"


def above(directory):
    """The directory with the county's desk reviewing what the village answers."""
    file = directory.file
    sites = tuple(
        msgspec.structs.replace(one, review_body=COUNTY) if one.id == VILLAGE else one
        for one in file.sites
    )
    return Directory(msgspec.structs.replace(file, sites=sites))


@pytest_asyncio.fixture
async def county(world):
    """Every node knows that the county reviews what the village answers."""
    known = above(next(iter(world.peers.values())).ground.node.directory())
    for code in world.peers:
        world.knows(code, known)
    return world


async def seen(world, unit, case_id):
    """The case as somebody of this unit sees it now."""
    row = await world.at(unit).case(case_id)
    return {"case_id": case_id, "epoch": row["epoch"], "version": row["version"]}


async def close(world, case_id):
    """The village ends it."""
    command = CloseCase(
        **await seen(world, VILLAGE, case_id),
        ending="not_supported",
        grounds="done",
        review_route_told=True,
    )
    await world.at(VILLAGE).do(closing.close_case, command, world.staff(VILLAGE))
    await world.settle()


async def ask(world, case_id):
    """The resident asks at the village, through its intake."""
    me = Caller(Kind.SERVICE, "lujia/intake")
    command = AskReview(case_id, GROUNDS, by="resident")
    await world.at(VILLAGE).do(asking.ask_review, command, me)
    await world.settle()


async def decide(world, case_id, result, **values):
    """The county decides, by two persons."""
    peer = world.at(COUNTY)
    said = {"opinion": "经复查", "basis": "第三十五条", **values}
    proposed = DecideReview(**await seen(world, COUNTY, case_id), result=result, **said)
    await peer.do(deciding.decide_review, proposed, world.staff(COUNTY))
    approved = ApproveReview(**await seen(world, COUNTY, case_id), approved=True)
    await peer.do(deciding.approve_review, approved, world.staff(COUNTY, "second"))
    await world.settle()


async def test_from_the_village_to_the_county_and_back(county: World):
    """Two hops up and two down, through the township, with everything that was written."""
    case_id = await county.register(VILLAGE, procedure="petition")
    await close(county, case_id)
    await ask(county, case_id)
    assert await county.writers(case_id) == ["anji"]
    row = await county.at(COUNTY).case(case_id)
    assert (row["holder_unit"], row["signed"], row["frozen"]) == (COUNTY, True, False)
    (kept,) = await county.at(COUNTY).rows(select(review).where(review.c.case_id == case_id))
    assert (kept["state"], kept["reviewed_unit"], kept["asked_unit"]) == (
        "deciding",
        VILLAGE,
        VILLAGE,
    )
    await decide(county, case_id, "revoked", due_on=DUE)
    assert await county.writers(case_id) == ["lujia"]
    row = await county.at(VILLAGE).case(case_id)
    assert (row["holder_unit"], row["state"], row["frozen"]) == (VILLAGE, "held", False)
    visits = await county.at(VILLAGE).rows(select(visit).where(visit.c.case_id == case_id))
    assert [one["unit"] for one in visits] == [VILLAGE]


async def test_a_request_waits_for_a_line_that_is_cut(county: World):
    """Asked while the village is cut off: entered at once, and it arrives afterwards."""
    case_id = await county.register(VILLAGE, procedure="petition")
    await close(county, case_id)
    county.cut.add("lujia")
    await ask(county, case_id)
    assert await county.writers(case_id) == []
    county.cut.clear()
    await county.settle()
    assert await county.writers(case_id) == ["anji"]
