"""After the answer: called back, evaluated; a dissatisfied petitioner asks for review (复查)."""

from typing import Any

from kernel.ids import new_id
from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import outside, placing, plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import follow_up_pb2 as follow_up
from lianxin.intake.v1 import review_pb2 as door
from lianxin.routing.v1 import review_pb2 as review

PAGE, LIMIT_S = 200, 60.0
OPEN = frozenset({review.REVIEW_STATE_FORWARDING, review.REVIEW_STATE_DECIDING})
SATISFIED = follow_up.SATISFACTION_SATISFIED
DISSATISFIED = follow_up.SATISFACTION_DISSATISFIED


async def answered(stage: Stage, case: Registered, row: Sample) -> Clerk:
    """The petition is answered in writing, which is served; who keeps it."""
    clerk = await stage.clerk(row.unit, *plain.MIDDLE)
    accepted = await placing.accept(stage, clerk, case, row)
    await placing.answer(clerk, case, row, accepted, finding="explained")
    await placing.end(stage, clerk, case, words.ENDING_KIND_EXPLAINED)
    stage.screen.say("following.answered", unit=stage.title(clerk.unit), no=case.case_no)
    return clerk


async def play(stage: Stage, content: Registered, not_content: Registered, row: Sample) -> None:
    """Somebody else than the handler calls; the petitioner is not content and asks for review."""
    screen = stage.screen
    screen.scene("scene.following")
    clerk = await answered(stage, not_content, row)
    caller = await stage.clerk(stage.site(COUNTY), "callback")
    said = (await _called_back(caller, content, unit=SATISFIED)).callback
    screen.say("following.called", no=content.case_no, state=screen.word("callback", said.state))
    await _evaluated(stage, content)
    answer = await _called_back(caller, not_content, unit=DISSATISFIED)
    screen.say("following.dissatisfied", no=not_content.case_no, told=answer.told)
    await _reviewed(stage, clerk, not_content)


async def _called_back(caller: Clerk, case: Registered, *, unit: Any) -> Any:
    """The call-back is in the queue of the counter that registered; what came of the call."""

    async def due() -> bool:
        asked = follow_up.GetCallbackRequest(case_id=case.case_id)
        found = (await caller.follow_up.GetCallback(asked)).callback
        return bool(found.state == "due")

    await acts.until(due, f"{case.case_no}: no call-back is due", limit_s=LIMIT_S)
    found = await acts.call(
        caller.follow_up.GetCallback(follow_up.GetCallbackRequest(case_id=case.case_id))
    )
    said = follow_up.RecordCallbackRequest(
        request_id=str(new_id()),
        case_id=case.case_id,
        seen=found.callback.seen,
        result=follow_up.CALLBACK_RESULT_REACHED,
        office=SATISFIED,
        unit=unit,
    )
    if unit == SATISFIED:
        said.performance = follow_up.PERFORMANCE_PERFORMED
    return await acts.call(caller.follow_up.RecordCallback(said))


async def _evaluated(stage: Stage, case: Registered) -> None:
    """The resident evaluates the answer with number and code, once; a second time is refused."""
    window = stage.resident(case.node)
    await acts.call(window.follow_up.SubmitEvaluation(_evaluation(case)))
    again = window.follow_up.SubmitEvaluation(_evaluation(case))
    reason = await acts.refused_in_words(again)
    stage.screen.say("following.evaluated", no=case.case_no, reason=reason or "—")


def _evaluation(case: Registered) -> follow_up.SubmitEvaluationRequest:
    return follow_up.SubmitEvaluationRequest(
        request_id=str(new_id()),
        case_no=case.case_no,
        query_code=case.query_code,
        office=SATISFIED,
        unit=SATISFIED,
    )


async def _reviewed(stage: Stage, clerk: Clerk, case: Registered) -> None:
    """Asked for with number and code, on its way to the body above, decided by two."""
    screen, window = stage.screen, stage.resident(case.node)
    request = door.RequestReviewRequest(
        request_id=str(new_id()),
        case_no=case.case_no,
        query_code=case.query_code,
        grounds="答复没有说清楚依据。",
    )
    told = await acts.call(window.review_door.RequestReview(request))
    screen.say("following.asked", no=case.case_no, told=told.told)
    found = await _at_the_body(clerk, case)
    screen.say("following.body", body=found.body_title, unit=found.reviewed_title)
    if not found.outside:
        return
    await outside.written_back(clerk, case.case_id, found.referral_id, "维持。")
    decided = review.DecideReviewRequest(
        case_id=case.case_id,
        result=review.REVIEW_RESULT_UPHELD,
        opinion="经复查，原处理意见认定事实清楚，予以维持。",
        basis="信访工作条例第三十五条",
    )
    await acts.ask(clerk, clerk.review.DecideReview, decided)
    head = await stage.clerk(clerk.unit, mediators.APPOINTS)
    approved = review.ApproveReviewRequest(case_id=case.case_id, approved=True)
    await acts.ask(head, head.review.ApproveReview, approved)
    screen.say("following.decided", body=found.body_title, no=case.case_no)


async def _at_the_body(clerk: Clerk, case: Registered) -> Any:
    """The review as the unit that answered sees it, once it has heard of it."""
    seen_last: list[Any] = []

    async def open_there() -> bool:
        asked = review.GetReviewRequest(case_id=case.case_id)
        papers = (await clerk.review.GetReview(asked)).papers
        seen_last[:] = [one.review for one in papers if one.review.state in OPEN]
        return bool(seen_last)

    await acts.until(open_there, f"{case.case_no}: no review is open", limit_s=LIMIT_S)
    return seen_last[0]
