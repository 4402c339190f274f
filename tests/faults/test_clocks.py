"""Clocks that jump between two starts of a node, and clocks of two nodes that differ by days."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import OFFSET, SHANGHAI
from lianxin.cli.checks import findings
from lianxin.cli.demo import acts
from lianxin.cli.plain import plain
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

pytestmark = [pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]
AHEAD, BEHIND = timedelta(days=3), timedelta(days=-2, hours=-5)


async def test_clock_jumps_forward_and_back(county, units):
    """Nothing is lost or waits for days, logs keep their order, no clock starts elsewhere."""
    _, middle, low = units
    await with_clock(county, "lujia", AHEAD, "TOKEN_EXPIRED")
    raised = await county.register(low)
    told = await skew_of(county, "lujia")
    assert abs(told - -AHEAD.total_seconds()) < 60
    county.cut("lujia")
    waiting = await county.register(low)
    await county.escalate(low, waiting)
    await county.out(low, waiting)
    await acts.until(lambda: tried(county, "lujia", waiting), "no try over the cut link")
    await with_clock(county, "lujia", BEHIND, "TOKEN_INVALID")
    county.mend("lujia")
    await county.escalate(low, raised)
    for case_id in (waiting, raised):
        await county.held_only_at(middle, case_id)
        await county.write(middle, case_id)
        assert await started_today(county, middle, case_id)
        assert await in_order(county, middle, case_id)
    coming = await county.register(middle)
    await county.assign(middle, low, coming)
    await county.held_only_at(low, coming)
    assert abs(await skew_of(county, "lujia") - -BEHIND.total_seconds()) < 60
    await with_clock(county, "lujia", timedelta(), "TOKEN_EXPIRED")
    await county.header_agrees(coming, low)
    await county.check_clean()


async def with_clock(county, node, offset, refused):
    """Start a node again with its clock set so far off; its people are told to log in again."""
    clerk = await county.clerk(county.stage.site(node))
    await county.restart(node, **{OFFSET: str(offset.total_seconds())})
    assert await acts.refused_with(clerk.worklist.Today(worklist.TodayRequest())) == refused
    for somebody in await county.people(node):
        await somebody.log_in()


async def skew_of(county, node):
    """Seconds by which the parent's clock is ahead; `doctor` names them when the link is up."""

    async def connected():
        return all(link.connected for link in (await county.links(node)).links)

    await acts.until(connected, f"{node}: the link stays down", limit_s=60)
    found = findings.of_links(plain(await county.links(node)), datetime.now(UTC))
    (skew,) = {one.ids["seconds"] for one in found if one.rule == "CLOCK_SKEW"}
    return skew


async def tried(county, node, case_id):
    """Whether the hand-over of a case was tried in vain."""
    stuck = (await county.links(node)).stuck
    return any(row.case_id == case_id and row.tries > 0 for row in stuck)


async def started_today(county, unit, case_id):
    """Whether the clocks that run since it came were started by this node's own clock."""
    dues = (await county.custody(unit, case_id)).dues
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    own = {due.started_on for due in dues if due.unit == unit}
    return bool(own) and own <= {today.isoformat(), (today - timedelta(days=1)).isoformat()}


async def in_order(county, unit, case_id):
    """Whether the log reads by (epoch, n) although its times go back and forth."""
    clerk = await county.clerk(unit)
    answer = await acts.call(clerk.custody.GetLog(custody.GetLogRequest(case_id=case_id)))
    places = [(entry.epoch, entry.n) for entry in answer.entries]
    times = [entry.at.ToDatetime() for entry in answer.entries]
    return places == sorted(set(places)) and times != sorted(times)
