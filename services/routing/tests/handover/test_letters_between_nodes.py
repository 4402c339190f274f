"""Supervision, joint handling and reports between nodes: by letter, after the case."""

from sqlalchemy import select

from routing.commands.facts import FollowedUp
from routing.commands.handover import BeginHandover
from routing.commands.joint import AcknowledgeReport, CompleteCohandling, OpenCohandling, ReportUp
from routing.commands.supervision import AnswerSupervision, CloseSupervision, Supervise
from routing.domain.words import Kind
from routing.handlers import cohandling, follow_ups, headers, reports, supervision
from routing.handlers.handover import begin
from routing.handlers.headers import KeepHeader
from routing.storage.supervision import cohandling as joint_table
from routing.storage.supervision import report as report_table
from routing.storage.supervision import supervision as supervision_table
from routing.storage.tables import log_entry

COUNTY, TOWN, OTHER = "s-anji", "s-dipu", "s-meixi"


async def tell_county(world, case_id, unit):
    """The header that the county gets over the link."""
    row = dict(await world.at(unit).case(case_id))
    command = KeepHeader(row | {"state": row["state"]}, {}, (), f"down.{world.at(unit).code}")
    await world.at(COUNTY).do(headers.keep, command, world.staff(COUNTY))


async def log_of(peer, case_id):
    """Kinds in a node's log of a case."""
    query = select(log_entry.c.kind).where(log_entry.c.case_id == case_id)
    return {row["kind"] for row in await peer.rows(query)}


async def state_of(peer, table, case_id):
    """State of the one row of a table that a node has of a case."""
    (row,) = await peer.rows(select(table).where(table.c.case_id == case_id))
    return row["state"]


async def test_county_supervises_a_case_of_a_township_node(world):
    """The order follows the case, the answer comes back, the verdict follows again."""
    case_id = await world.register(TOWN)
    await tell_county(world, case_id, TOWN)
    county, town = world.at(COUNTY), world.at(TOWN)
    command = Supervise(case_id, "supervise", "slow", "2026-12-01")
    supervision_id = await county.do(supervision.supervise, command, world.staff(COUNTY))
    await world.settle()
    assert "supervision.issued" in await log_of(town, case_id)
    answer = AnswerSupervision(case_id, supervision_id, "已办")
    await town.do(supervision.answer, answer, world.staff(TOWN))
    await world.settle()
    assert await state_of(county, supervision_table, case_id) == "answered"
    verdict = CloseSupervision(case_id, supervision_id, accepted=True)
    await county.do(supervision.close, verdict, world.staff(COUNTY))
    await world.settle()
    assert await state_of(town, supervision_table, case_id) == "closed"


async def test_report_goes_up_and_is_acknowledged(world):
    """情况上报 over a link: custody stays below, the acknowledgement comes down."""
    case_id = await world.register(TOWN)
    await tell_county(world, case_id, TOWN)
    county, town = world.at(COUNTY), world.at(TOWN)
    row = await town.case(case_id)
    command = ReportUp(case_id, row["epoch"], row["version"], "progress", "进展")
    report_id = await town.do(reports.report_up, command, world.staff(TOWN))
    await world.settle()
    got = AcknowledgeReport(case_id, report_id)
    await county.do(reports.acknowledge, got, world.staff(COUNTY))
    await world.settle()
    assert await state_of(town, report_table, case_id) == "acknowledged"
    assert await world.holders(case_id) == ["dipu"]


async def test_co_handler_reports_after_a_change_of_lead(world):
    """A report written under the first lead reaches the second; no epoch fences it."""
    case_id = await world.register(TOWN)
    await tell_county(world, case_id, TOWN)
    town, other = world.at(TOWN), world.at(OTHER)
    row = await town.case(case_id)
    ask = OpenCohandling(case_id, row["epoch"], row["version"], OTHER, "look", "2026-12-01")
    _, joint_id = await town.do(cohandling.open_cohandling, ask, world.staff(TOWN))
    await world.settle()
    assert await state_of(other, joint_table, case_id) == "open"
    row = await town.case(case_id)
    hand = BeginHandover(case_id, row["epoch"], row["version"], Kind.ESCALATE, COUNTY, "grave")
    await town.do(begin.begin_handover, hand, world.staff(TOWN))
    await world.settle()
    report = CompleteCohandling(case_id, joint_id, completed=True, text="看过现场")
    await other.do(cohandling.complete, report, world.staff(OTHER))
    await world.settle()
    county = world.at(COUNTY)
    assert await state_of(county, joint_table, case_id) == "completed"
    assert "cohandling.completed" in await log_of(county, case_id)


async def test_a_call_made_where_the_case_was_registered_reaches_the_holders_log(world):
    """The counter's node and the holder's differ: the entry goes after the case."""
    case_id = await world.register(TOWN)
    await tell_county(world, case_id, TOWN)
    county, town = world.at(COUNTY), world.at(TOWN)
    called = FollowedUp(case_id, 1, "intake.called_back", COUNTY, "caller", result="reached")
    await county.do(follow_ups.send, called, world.staff(COUNTY))
    await world.settle()
    assert "intake.called_back" in await log_of(town, case_id)
    assert "intake.called_back" not in await log_of(county, case_id)
