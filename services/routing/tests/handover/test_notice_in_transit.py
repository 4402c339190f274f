"""A holiday notice that is loaded while a case is on its way is applied when the case arrives."""

from datetime import date, datetime

import pytest

from kernel.calendar import Day, Notice, seed_calendar
from kernel.clock import SHANGHAI
from kernel.identity import Caller
from kernel.identity import Kind as CallerKind
from routing.commands.directory import Adopted, LoadNotice
from routing.domain.words import Kind
from routing.handlers import rules
from routing.storage import log
from routing.storage.clocks import clock
from routing.testing.playing import COUNTY, TOWN, VILLAGE, hand, holder, recalled, row_of

SATURDAY = date(2027, 1, 9)
"""The sixtieth day from Tuesday 2026-11-10; as a day off it moves the end to Monday the 11th."""


async def know_notice(world, *codes):
    """These nodes load a notice by which that Saturday is worked."""
    for code in codes:
        peer = world.peers[code]
        worked = Day(SATURDAY, is_workday=True, source="notice", final=True, name="")
        peer.known.workdays = seed_calendar().replace([worked])
        notice = LoadNotice(Notice(2027, "notice", ()), b"year: 2027", (SATURDAY,), 1)
        itself = Caller(CallerKind.SERVICE, f"{code}/routing")
        await peer.do(rules.adopt, Adopted(notices=(notice,)), itself)


async def accepted_in_november(world):
    """A petition of the village, accepted on 10 November: 60 days by the regulations."""
    for peer in world.peers.values():
        peer.ground.clock.set(datetime(2026, 11, 10, 9, tzinfo=SHANGHAI))
    case_id = await world.register(VILLAGE, procedure="petition")
    await world.fact(case_id, world.peers["lujia"], "intake.accepted")
    assert await handling(world, "lujia", case_id) == ("2027-01-11", True)
    return case_id


async def handling(world, code, case_id):
    """The last day of handling at a node, and whether it is provisional."""
    rows = await world.peers[code].rows(
        clock.select().where(clock.c.case_id == case_id, clock.c.clock == "handling")
    )
    return rows[0]["due_on"], rows[0]["provisional"]


async def entries(world, code, case_id):
    """Kinds of the log at a node."""
    found = await world.peers[code].ground.readers.run(lambda c: log.read(c, case_id))
    return [entry.kind for entry in found]


async def test_a_case_that_arrives_after_the_notice_goes_by_it(world):
    """Loaded on both sides while the case was offered: 9 January where it arrives."""
    case_id = await accepted_in_november(world)
    world.cut |= {"lujia"}
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    await know_notice(world, "lujia", "dipu")
    world.cut.clear()
    await world.settle()
    assert await holder(world, case_id) == TOWN
    assert await handling(world, "dipu", case_id) == ("2027-01-09", False)
    assert "clock.recomputed" in await entries(world, "dipu", case_id)


async def test_a_case_that_comes_back_to_its_sender_goes_by_the_notice(world):
    """Recalled before it was taken: the sender holds it again and applies what came meanwhile."""
    case_id = await accepted_in_november(world)
    world.cut |= {"lujia"}
    outcome = await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    await know_notice(world, "lujia")
    await recalled(world, case_id, outcome.handoff_id, VILLAGE)
    world.cut.clear()
    await world.settle()
    assert (await row_of(world, "lujia", case_id))["state"] == "recalled"
    assert await handling(world, "lujia", case_id) == ("2027-01-09", False)


@pytest.mark.parametrize("knows", [("dipu",), ("dipu", "lujia")])
async def test_a_date_that_goes_by_the_notice_already_is_not_told_twice(world, knows):
    """Whoever holds the case when it hands it on has applied the notice: one entry, not two."""
    case_id = await accepted_in_november(world)
    await know_notice(world, *knows)
    await hand(world, case_id, VILLAGE, TOWN, Kind.ESCALATE)
    await world.settle()
    await know_notice(world, "anji")
    await hand(world, case_id, TOWN, COUNTY, Kind.ESCALATE)
    await world.settle()
    assert await handling(world, "anji", case_id) == ("2027-01-09", False)
    assert (await entries(world, "anji", case_id)).count("clock.recomputed") == 1
