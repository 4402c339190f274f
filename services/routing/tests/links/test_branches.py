"""What a child may tell of the past of a case: its own time, and nobody else's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from kernel.ids import new_id
from routing.commands.handover import PeerCall, ReceiveParcel
from routing.convert import events
from routing.domain.events import Step
from routing.domain.words import Kind
from routing.errors import NotYourHandover
from routing.handlers import headers
from routing.handlers.handover import answering, receiving
from routing.storage.standing_links import outbox
from routing.storage.tables import handoff, step
from routing.testing.playing import COUNTY, OTHER, TOWN, VILLAGE, hand, holder, row_of, sign

FIRST, THIEF = "lujia", "meixi"


@pytest_asyncio.fixture
async def travelled(linked):
    """A case from the first village to the county, to the thief, and back: the county holds it."""
    world = linked.world
    case_id = await world.register_at(FIRST, VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    await sign(world, case_id, TOWN)
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    await sign(world, case_id, COUNTY)
    await hand(world, case_id, COUNTY, OTHER, Kind.ASSIGN, due_on="2026-11-20")
    await world.settle()
    await sign(world, case_id, OTHER)
    await world.fact(case_id, world.at(OTHER))
    await hand(world, case_id, OTHER, COUNTY, Kind.ESCALATE)
    await world.settle()
    assert await holder(world, case_id) == COUNTY
    return case_id


async def test_step_of_anothers_time_is_not_kept(linked, travelled):
    """Neither into the county's time nor into another child's can a child write a step."""
    gone = await sent_to(linked, travelled, THIEF)
    before = await steps(linked, travelled)
    for epoch in (1, gone["epoch"]):
        with pytest.raises(NotYourHandover):
            await tell(linked, THIEF, a_step(travelled, epoch))
    assert await steps(linked, travelled) == before


async def test_late_step_of_ones_own_time_is_kept(linked, travelled):
    """However long ago the case left the branch."""
    gone = await sent_to(linked, travelled, THIEF)
    for child, epoch in ((FIRST, 1), (THIEF, gone["epoch"] + 1)):
        await tell(linked, child, a_step(travelled, epoch))
        assert (epoch, 90) in await steps(linked, travelled)


async def test_step_of_a_case_that_the_header_does_not_name_is_not_kept(linked, travelled):
    """A header of an invented case is no envelope for the steps of another."""
    gone = await sent_to(linked, travelled, THIEF)
    before = await steps(linked, travelled)
    with pytest.raises(NotYourHandover):
        await tell(linked, THIEF, a_step(travelled, gone["epoch"] + 1), header_of=new_id())
    assert await steps(linked, travelled) == before


async def test_late_step_is_kept_where_a_restore_lost_the_row_before(linked, travelled):
    """Registered there and sent from here: either may have had the case in between."""
    gone = await sent_to(linked, travelled, THIEF)
    with linked.world.peers["anji"].database.writer.begin() as connection:
        connection.execute(delete(handoff).where(handoff.c.from_node == FIRST))
    await tell(linked, FIRST, a_step(travelled, 1))
    assert (1, 90) in await steps(linked, travelled)
    with pytest.raises(NotYourHandover):
        await tell(linked, THIEF, a_step(travelled, gone["epoch"]))


async def test_step_of_a_time_to_come_is_not_kept(linked):
    """Who has a case writes nothing into the time of whoever has it next."""
    world = linked.world
    case_id = await world.register_at(FIRST, VILLAGE)
    await world.settle()
    row = await row_at(linked, FIRST, case_id)
    told = dict(row) | {"told_version": row["version"]}
    to_come, own = (
        headers.KeepHeader(told, {}, (a_step(case_id, epoch),), f"down.{FIRST}")
        for epoch in (row["epoch"] + 1, row["epoch"])
    )
    with pytest.raises(NotYourHandover):
        await linked.do("anji", headers.keep, to_come)
    await linked.do("anji", headers.keep, own)
    assert {(row["epoch"], 90)} == {(e, n) for e, n in await steps(linked, case_id) if n == 90}


async def test_late_step_goes_on_upwards(linked, after):
    """A node between tells its parent, once, of a step that came after the case itself."""
    linked.know(after)
    linked.hang(FIRST, "dipu")
    world = linked.world
    case_id = await world.register_at(FIRST, VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    assert await holder(world, case_id) == TOWN
    before = await told_upwards(linked, "dipu", case_id)
    for _ in range(2):
        await tell(linked, FIRST, a_step(case_id, 1), at="dipu")
    told = await told_upwards(linked, "dipu", case_id)
    assert told[: len(before)] == before
    row = await row_at(linked, "dipu", case_id)
    late = [
        (header["epoch"], header["told_version"], steps) for header, _, steps in told[len(before) :]
    ]
    assert late == [(row["epoch"], row["version"], (a_step(case_id, 1),))]


async def test_word_of_a_case_that_went_up_is_not_kept(linked, after):
    """A village's node has a case that its township handed upwards only from that township."""
    linked.know(after)
    linked.hang(FIRST, "dipu")
    world = linked.world
    case_id = await world.register_at("dipu", TOWN)
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    row = await linked.stations["dipu"].peer.case(case_id)
    told = dict(row) | {"epoch": row["epoch"] + 5, "holder_unit": VILLAGE}
    with pytest.raises(NotYourHandover):
        await linked.do("dipu", headers.keep, headers.KeepHeader(told, {}, (), f"down.{FIRST}"))
    assert await linked.stations["dipu"].peer.case(case_id) == row


async def test_overtaken_hand_over_leaves_no_row(linked):
    """By a row of its own a child could ask for the files of the case."""
    world = linked.world
    case_id = await world.register_at(FIRST, VILLAGE)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    parcel = await linked.do(FIRST, parcel_of, await row_of(world, FIRST, case_id))
    forged = replace(parcel, handoff=replace(parcel.handoff, handoff_id=new_id()))
    before = await crossings(linked, case_id)
    cancel = PeerCall(THIEF, new_id(), case_id, parcel.handoff.epoch)
    with pytest.raises(NotYourHandover):
        await linked.do("anji", receiving.receive, ReceiveParcel(THIEF, forged, deliver=True))
    with pytest.raises(NotYourHandover):
        await linked.do("anji", receiving.cancel, cancel)
    assert await crossings(linked, case_id) == before


async def sent_to(linked, case_id, node):
    """The row by which the county handed the case to a node."""
    rows = await crossings(linked, case_id)
    return next(row for row in rows if row["to_node"] == node)


async def crossings(linked, case_id):
    """Every hand-over of the case that the county has a row of."""
    query = select(handoff).where(handoff.c.case_id == case_id).order_by(handoff.c.epoch)
    return await linked.world.peers["anji"].rows(query)


async def steps(linked, case_id):
    """Epoch and number of each step that the county has."""
    rows = await linked.world.peers["anji"].rows(select(step).where(step.c.case_id == case_id))
    return {(row["epoch"], row["n"]) for row in rows}


def a_step(case_id, epoch):
    """A step that the county has not heard of."""
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return Step(case_id, epoch, 90, "mediation.session_held", OTHER, at, {})


async def row_at(linked, node, case_id):
    """The case at a node."""
    return await linked.stations[node].peer.case(case_id)


async def told_upwards(linked, node, case_id):
    """The headers of a case that a node has for its parent."""
    mine = (outbox.c.link == "up", outbox.c.case_id == case_id)
    rows = await linked.stations[node].peer.rows(select(outbox).where(*mine).order_by(outbox.c.seq))
    return [events.header(row["body"]) for row in rows]


async def tell(linked, child, new, header_of=None, at="anji"):
    """A header from a child, older than what its parent knows, with a step in it."""
    known = await row_at(linked, at, new.case_id)
    told = dict(known) | {"epoch": new.epoch, "told_version": 1}
    told |= {"case_id": header_of or new.case_id}
    await linked.do(at, headers.keep, headers.KeepHeader(told, {}, (new,), f"down.{child}"))


def parcel_of(uow, row, *, node):
    """The parcel of a row, as the step makes it."""
    return answering.parcel_of(uow, node, row)
