"""条例 36: days of a hearing are not counted in 复核, with dates worked out by hand."""

from dataclasses import replace

import msgspec
import pytest

from hearing.domain import facts as told
from hearing.domain.states import State
from kernel.directory import Directory
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.hearing.v1 import events_pb2 as events
from routing.commands.ending import CloseCase
from routing.commands.facts import HEARING_BEGINS, HEARING_OVER
from routing.commands.reviews import ApproveReview, AskReview, DecideReview
from routing.commands.supervision import SuspendClock
from routing.convert.hearing_facts import hearing_fact
from routing.handlers import closing
from routing.handlers.clocks import suspending
from routing.handlers.reviews import asking, deciding

TOWN, COUNTY, OFFICE = "s-dipu", "s-anji", "u-anji-lianxiban"
BODIES = {TOWN: COUNTY, COUNTY: OFFICE}


@pytest.fixture
def reviewing(desk):
    """Township opinions are reviewed by the county's desk, the county's by its joint office."""
    file = desk.node.directory().file
    sites = tuple(
        msgspec.structs.replace(one, review_body=BODIES.get(one.id, one.review_body))
        for one in file.sites
    )
    county = Directory(msgspec.structs.replace(file, sites=sites))
    desk.node = replace(desk.node, directory=lambda: county)
    desk.ground = replace(desk.ground, node=desk.node)
    return desk


async def go(desk):
    """Letters and steps until all rests."""
    for _ in range(4):
        await desk.open_letters()
        await desk.settle()


async def under_rereview(desk, who):
    """A petition whose 复核 began on 2 March 2026, a Monday: day 30 is Wednesday, 1 April."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted")
    close = {"ending": "not_supported", "grounds": "done", "review_route_told": True}
    await desk.do(closing.close_case, CloseCase(**desk.seen(case_id), **close), who(TOWN))
    await desk.settle()
    await desk.do(asking.ask_review, AskReview(case_id, "没有说到界桩", by="resident"))
    await go(desk)
    said = {"result": "upheld", "opinion": "事实清楚", "basis": "《信访工作条例》第三十五条"}
    propose = DecideReview(**desk.seen(case_id), **said)
    await desk.do(deciding.decide_review, propose, who(COUNTY))
    approve = ApproveReview(**desk.seen(case_id), approved=True)
    await desk.do(deciding.approve_review, approve, who(COUNTY, "second"))
    await go(desk)
    await desk.do(asking.ask_review, AskReview(case_id, "仍然没有说到", by="resident"))
    await go(desk)
    return case_id


def rereview(desk, case_id):
    """State and last day of the clock."""
    row = desk.clocks(case_id)["rereview", ""]
    return row["state"], row["due_on"]


async def granted(desk, case_id, day):
    """A hearing is granted."""
    desk.clock.set(max(day, desk.clock.now()))
    await desk.record(case_id, "hearing.decided", day, hearing=HEARING_BEGINS)


async def over(desk, case_id, day, kind="hearing.concluded"):
    """The hearing is over."""
    desk.clock.set(max(day, desk.clock.now()))
    await desk.record(case_id, kind, day, hearing=HEARING_OVER)


@pytest.mark.parametrize(
    "begins,ends,due_on",
    [
        ("2026-03-09", "2026-03-21", "2026-04-13"),  # 12 days: Monday, 13 April
        ("2026-03-31", "2026-04-03", "2026-04-07"),  # 3 days: 4 April, which is 清明 to the 6th
        ("2026-03-09", "2026-03-10", "2026-04-02"),  # one day
        ("2026-03-09", "2026-03-09", "2026-04-01"),  # over on the same day: no day at all
    ],
)
async def test_days_from_the_grant_to_the_day_before_the_end_are_not_counted(
    reviewing, who, at, begins, ends, due_on
):
    """The day it is granted is not counted, the day it is over counts again."""
    case_id = await under_rereview(reviewing, who)
    assert rereview(reviewing, case_id) == ("running", "2026-04-01")
    await granted(reviewing, case_id, at(begins))
    assert rereview(reviewing, case_id)[0] == "suspended"
    await over(reviewing, case_id, at(ends))
    assert rereview(reviewing, case_id) == ("running", due_on)


async def test_two_hearings_of_a_case_add_up(reviewing, who, at):
    """9 to 11 March until withdrawn, 20 to 23 March until concluded: seven days, so 8 April."""
    case_id = await under_rereview(reviewing, who)
    await granted(reviewing, case_id, at("2026-03-09"))
    await over(reviewing, case_id, at("2026-03-12"), "hearing.withdrawn")
    await granted(reviewing, case_id, at("2026-03-20"))
    await over(reviewing, case_id, at("2026-03-24"))
    assert rereview(reviewing, case_id) == ("running", "2026-04-08")


async def test_a_hearing_that_takes_longer_than_it_may_stops_nothing_further(reviewing, who, at):
    """30 days to hold and 20 to conclude, then the clock goes on: 50 days more, Thursday 21 May."""
    case_id = await under_rereview(reviewing, who)
    await granted(reviewing, case_id, at("2026-03-09"))
    await reviewing.sweep(at("2026-04-27"))
    assert rereview(reviewing, case_id)[0] == "suspended"
    await reviewing.sweep(at("2026-04-28"))
    assert rereview(reviewing, case_id) == ("running", "2026-05-21")
    await over(reviewing, case_id, at("2026-05-06"))
    assert rereview(reviewing, case_id) == ("running", "2026-05-21")


async def test_a_fact_that_comes_late_takes_its_breach_back(reviewing, who, at):
    """Granted on 31 March, heard of on 3 April: nothing was breached meanwhile."""
    case_id = await under_rereview(reviewing, who)
    await reviewing.sweep(at("2026-04-03"))
    assert rereview(reviewing, case_id)[0] == "breached"
    await granted(reviewing, case_id, at("2026-03-31"))
    assert rereview(reviewing, case_id)[0] == "suspended"
    assert "clock.breach_withdrawn" in reviewing.log(case_id)
    assert not reviewing.case(case_id)["overdue"]


async def test_a_clock_that_ran_out_before_the_grant_stays_breached(reviewing, who, at):
    """A hearing granted after the last day saves nothing."""
    case_id = await under_rereview(reviewing, who)
    await reviewing.sweep(at("2026-04-03"))
    await granted(reviewing, case_id, at("2026-04-03"))
    assert rereview(reviewing, case_id) == ("breached", "2026-04-01")


async def test_no_other_clock_stands_still(desk, at):
    """The sixty days of handling run on while the unit holds a hearing."""
    case_id = await desk.register()
    await desk.record(case_id, "intake.accepted")
    before = desk.clocks(case_id)["handling", ""]["due_on"]
    await granted(desk, case_id, at("2026-03-09"))
    after = desk.clocks(case_id)["handling", ""]
    assert (after["state"], after["due_on"]) == ("running", before)


async def test_what_a_person_stopped_a_person_lets_go_on(reviewing, who, at):
    """A standstill for a hearing held elsewhere outlasts one that Lianxin knows of."""
    case_id = await under_rereview(reviewing, who)
    said = {"grounds": "外地听证", "approved_by": "head", "look_again_on": "2026-03-20"}
    stop = SuspendClock(
        **reviewing.seen(case_id), clock="rereview", article="xinfang_2022:36", **said
    )
    await reviewing.do(suspending.suspend_clock, stop, who(OFFICE))
    await granted(reviewing, case_id, at("2026-03-09"))
    await over(reviewing, case_id, at("2026-03-12"))
    assert rereview(reviewing, case_id)[0] == "suspended"


@pytest.mark.parametrize("kind", sorted(told.KINDS))
@pytest.mark.parametrize("state", list(State))
def test_days_begin_with_a_grant_and_end_when_nothing_more_is_heard(kind, state):
    """Of all that hearing may tell; a request that was refused begins and ends nothing."""
    fact = part.Fact(event_id=str(new_id()), case_id=str(new_id()), kind=kind, epoch=1, fact_no=1)
    fact.at = "2026-03-02T01:00:00.000000Z"
    event = events.HearingFactRecorded(fact=fact, state=state.value)
    says = hearing_fact(event.SerializeToString()).hearing
    ends = {told.CONCLUDED, told.WITHDRAWN, told.CANCELLED}
    begun = HEARING_BEGINS if kind == told.DECIDED and state is State.GRANTED else ""
    assert says == (HEARING_OVER if kind in ends else begun)
