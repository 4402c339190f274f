"""The thin story through real processes, then what cables and power cuts do to it."""

import pytest

from lianxin.cli.demo import acts, report
from lianxin.cli.demo.scenes import links, plain
from lianxin.cli.demo.world import TOWNSHIP, VILLAGE
from lianxin.intake.v1 import intake_service_pb2 as intake

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_village_case_is_escalated_signed_ended_and_tracked(stage, rows, township):
    """Counter, receipt, link, signature, ending; the resident is told at the first counter."""
    await plain.play(stage, rows["AJ0038"])
    case = stage.ledger.of_sample("AJ0038")
    custody = await acts.custody_of(township, case.case_id)
    told = await stage.resident(VILLAGE).intake.TrackCase(
        intake.TrackCaseRequest(case_no=case.case_no, query_code=case.query_code)
    )
    assert (custody.epoch, custody.state, custody.holder_unit) == (2, "ended", "s-dipu")
    assert told.ended
    assert told.holder_title == stage.title("s-dipu")
    assert next(stage.world.out.iterdir()).read_bytes().startswith(b"%PDF")


async def test_nobody_tracks_a_case_with_a_wrong_code(stage, rows):
    """Number without its code is refused, and the refusal tells nothing."""
    case = stage.ledger.of_sample("AJ0038")
    call = stage.resident(VILLAGE).intake.TrackCase(
        intake.TrackCaseRequest(case_no=case.case_no, query_code="111111111111")
    )
    assert await acts.refused_with(call) == "TRACKING_REFUSED"


async def test_an_assignment_survives_a_kill_while_it_passes_through(stage, rows, county, village):
    """The township is killed between taking the case and passing it on; it arrives once."""
    case = await plain.register(stage, county, rows["AJ0153"].draft, "AJ0153")
    await links.assigned_down(stage, county, case)
    custody = await acts.custody_of(village, case.case_id)
    assert (custody.custody, custody.epoch, custody.signed) == ("held", 3, True)
    assert stage.nodes[TOWNSHIP].starts == 2


async def test_a_cut_link_delays_and_loses_nothing(stage, rows, county, village, township):
    """Village and township work on while the county is away; then everything arrives."""
    down = await plain.register(stage, county, rows["AJ0207"].draft, "AJ0207")
    told = [rows[no] for no in ("AJ0043", "AJ0105", "AJ0114")]
    await links.cut(stage, county, told, down)
    up = stage.ledger.of_sample("AJ0043")
    assert (await acts.custody_of(county, up.case_id)).custody == "held"
    assert (await acts.custody_of(township, down.case_id)).custody == "held"
    assert stage.cables[TOWNSHIP].refused > 0


async def test_every_case_has_one_holder_over_all_nodes(stage):
    """After the kill and the cut no case is lost, none has two holders, no chain is broken."""
    await report.settled_down(stage)
    found = await report.audited(stage)
    assert found.broken == []
    assert (found.registered, found.held_once) == (len(stage.ledger.cases), len(stage.ledger.cases))
