"""Disputes that are settled in the story: begun below, agreed on above, refused, referred."""

import pytest

from lianxin.cli.demo import acts
from lianxin.cli.demo.scenes import ending, midway, plain, settling, sitting
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.intake.v1 import meeting_day_pb2 as meeting
from lianxin.mediation.v1 import file_pb2
from lianxin.mediation.v1 import mediation_service_pb2 as mediation

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def told_at_township(stage, rows, township, no):
    """The sample, told at the counter of the township."""
    case = await plain.register(stage, township, plain.at_village(rows[no].draft), no)
    await acts.known_to(township, case.case_id)
    return case


async def test_a_mediation_goes_up_in_mid_course_and_is_agreed_on_there(stage, rows, township):
    """The village's session is still on file at the township, beside the township's own."""
    await midway.play(stage, rows["AJ0024"])
    case = stage.ledger.of_sample("AJ0024")
    asked = file_pb2.GetFileRequest(case_id=case.case_id)
    kept = (await township.mediation_file.GetFile(asked)).file
    custody = await acts.custody_of(township, case.case_id)
    assert (custody.epoch, custody.state, custody.holder_unit) == (2, "ended", "s-dipu")
    assert len(kept.sessions) == 2
    assert [one.state for one in kept.sessions] == ["held", "held"]
    assert kept.mediation.state == "closed"


async def test_a_dispute_in_default_is_mediated_again_and_performed(stage, rows, township):
    """Two versions in force one after the other; the second is performed."""
    case = await told_at_township(stage, rows, township, "AJ0267")
    await settling.default(stage, township, case, rows["AJ0267"])
    asked = file_pb2.GetFileRequest(case_id=case.case_id)
    kept = (await township.mediation_file.GetFile(asked)).file
    standing = [[term.term.standing for term in one.terms] for one in kept.agreements]
    assert standing == [["defaulted"], ["performed"]]


async def test_a_failed_dispute_names_the_other_ways(stage, rows, township):
    """Ended without agreement, approved by a second person, a lawyer there and legal aid given."""
    case = await told_at_township(stage, rows, township, "AJ0251")
    await ending.failed(stage, township, case, rows["AJ0251"])
    asked = file_pb2.GetFileRequest(case_id=case.case_id)
    kept = (await township.mediation_file.GetFile(asked)).file
    assert (await acts.custody_of(township, case.case_id)).state == "ended"
    assert len(kept.referrals) == len(kept.closing.routes) == 1
    [lawyer] = [one for session in kept.sessions for one in session.invited]
    assert lawyer.standing == words.INVITATION_STANDING_CAME


async def test_nobody_above_or_outside_reads_what_was_said(stage, rows, village):
    """Who held it before sees the timeline, and no word of the file."""
    case = stage.ledger.of_sample("AJ0024")
    request = mediation.GetMediationRequest(case_id=case.case_id)
    shown = (await village.mediation.GetMediation(request)).mediation
    reason = await acts.refused_with(
        village.mediation_file.GetFile(file_pb2.GetFileRequest(case_id=case.case_id))
    )
    assert (shown.shown, shown.note) == ("TIMELINE", "")
    assert reason


async def test_a_sitting_of_a_meeting_day_is_held_with_its_matters_and_papers(stage, rows, village):
    """Both matters answered in it, minutes signed; minutes, card and chart lie in the folder."""
    held = await sitting.play(stage, [rows["AJ0082"], rows["AJ0071"]])
    asked = meeting.GetSittingRequest(sitting_id=held.sitting_id)
    seen = await village.meeting_days.GetSitting(asked)
    papers = [file.read_bytes()[:2] for file in (stage.world.out / village.unit).iterdir()]
    assert [one.on_the_spot for one in seen.matters] == [True, True]
    assert (seen.sitting.state, seen.sitting.minutes) == ("held", 1)
    assert papers == [b"PK"] * 3
