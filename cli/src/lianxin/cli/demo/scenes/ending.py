"""Disputes that are not agreed on: failed with legal aid, not mediated, withdrawn."""

from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import helping, placing, settling
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.table import Table
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.mediation.v1 import casework_pb2 as pb

LEGAL_AID = "u-dipu-sifasuo"


async def failed(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """Two sessions, the second with a lawyer, no agreement: other ways named, legal aid given."""
    screen = stage.screen
    screen.scene("scene.failed")
    table = await settling.opened(stage, clerk, case, row)
    await settling.appointed(stage, table)
    await table.sit(pb.SESSION_KIND_COUNTER, pb.SESSION_OUTCOME_CONTINUED)
    session_id = await table.called(pb.SESSION_KIND_COUNTER)
    lawyer = await helping.invited(stage, table, session_id)
    await helping.came(stage, table, lawyer)
    await table.taken_down(session_id, pb.SESSION_OUTCOME_NOT_AGREED)
    await table.act("FailMediation", routes=[pb.ROUTE_COURT])
    screen.say("failed.routes", no=case.case_no, routes=screen.word("route", "court"))
    await table.act("Refer", kind=pb.REFERRAL_KIND_LEGAL_AID, unit_id=LEGAL_AID)
    await table.act("Refer", no=1, outcome=pb.REFERRAL_OUTCOME_GIVEN)
    screen.say("failed.referred", unit=stage.title(LEGAL_AID))
    await table.found(pb.FINDING_EXPLAINED, "双方意见不一，已告知诉讼途径并转法律援助。")
    await table.close(pb.MEDIATION_ENDING_TERMINATED)
    await placing.end(stage, clerk, case, words.ENDING_KIND_TERMINATED)


async def refused(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """One side clearly does not want it (不予调解); not decided by who proposes it."""
    screen = stage.screen
    screen.scene("scene.refused")
    table = await settling.opened(stage, clerk, case, row)
    await table.act("RefuseMediation", ground=pb.REFUSAL_GROUND_CLEAR_REFUSAL)
    reason = await acts.refused_in_words(table.act("DecideRefusal", approved=True))
    screen.say("refused.by_same", reason=reason)
    await _decided(stage, table, "DecideRefusal")
    await table.act("CloseMediation", ending=pb.MEDIATION_ENDING_REFUSED)
    await placing.end(stage, clerk, case, words.ENDING_KIND_TERMINATED)
    screen.say("refused.closed", no=case.case_no)


async def withdrawn(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """The sides made it up; somebody else asks again whether that is really wished."""
    screen = stage.screen
    screen.scene("scene.withdrawn")
    table = await settling.opened(stage, clerk, case, row)
    await settling.appointed(stage, table)
    await table.act("WithdrawMediation")
    await _decided(stage, table, "ConfirmWithdrawal")
    await table.act("CloseMediation", ending=pb.MEDIATION_ENDING_WITHDRAWN)
    await acts.ask(
        clerk,
        clerk.intake.WithdrawCase,
        intake.WithdrawCaseRequest(case_id=case.case_id, why="双方已自行和好。"),
    )
    head = await stage.clerk(clerk.unit, mediators.APPOINTS)
    await acts.ask(
        head,
        head.intake.ConfirmWithdrawal,
        intake.ConfirmWithdrawalRequest(case_id=case.case_id, confirmed=True),
    )

    async def ended() -> bool:
        return bool((await acts.custody_of(clerk, case.case_id)).state == "ended")

    await acts.until(ended, f"{case.case_no}: withdrawn, and not ended")
    screen.say("withdrawn.confirmed", no=case.case_no, by=head.staff_id)


async def _decided(stage: Stage, table: Table, rpc: str) -> None:
    """By the second person."""
    head = await stage.clerk(table.clerk.unit, mediators.APPOINTS)
    await table.act(rpc, who=head, approved=True)
