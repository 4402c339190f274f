"""复查、复核 at the door: what the resident is told; no number or code can be tried out."""

from datetime import UTC, datetime

import pytest

from intake.domain.tracking import Step, may_be_reviewed
from intake.errors_review import SAID_BY_ROUTING
from intake.handlers import telling
from kernel.catalogue import Catalogue, Language
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import follow_up_pb2
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import review_pb2 as pb
from lianxin.intake.v1.follow_up_pb2_grpc import FollowUpServiceStub
from lianxin.intake.v1.review_pb2_grpc import ReviewDoorServiceStub

WHY = "答复没有说到界桩"
ACTS = (
    "opened",
    "withdrawn",
    "lapsed",
    "requested",
    "forwarded",
    "received",
    "upheld",
    "changed",
    "revoked",
    "overtaken",
)


def asked(made, code=None, grounds=WHY):
    """A resident's request."""
    return pb.RequestReviewRequest(
        request_id=str(new_id()),
        case_no=made.stamp.case_no,
        query_code=made.query_code if code is None else code,
        grounds=grounds,
    )


def door(front):
    """The door, as anybody knocks."""
    return ReviewDoorServiceStub(front.line())


async def told(front, made):
    """What tracking says."""
    request = service.TrackCaseRequest(case_no=made.stamp.case_no, query_code=made.query_code)
    return await front.intake().TrackCase(request)


async def step(front, made, kind, day, **body):
    """A step that routing tells."""
    at = datetime(2027, 3, day, 4, tzinfo=UTC)
    note = telling.NoteStep(front.case_id(made), kind, "s-changshuo", at, body)
    await front.hear(telling.note_step, note)


async def test_a_wrong_code_is_refused_as_in_tracking(front):
    """Neither whether there is such a case nor whether it may be reviewed is told."""
    made = await front.register()
    wrong = await front.refused(door(front).RequestReview(asked(made, "22222-22222")))
    assert wrong.reason == "TRACKING_REFUSED"
    reasons = {wrong.reason}
    for _ in range(40):
        answer = await front.refused(door(front).RequestReview(asked(made, "22222-22222")))
        reasons.add(answer.reason)
        if answer.reason == "TRACKING_TOO_OFTEN":
            break
    assert reasons == {"TRACKING_REFUSED", "TRACKING_TOO_OFTEN"}


async def test_the_other_party_does_not_ask(front):
    """Review is the right of whoever brought the matter."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺", phone="13511112222")
    made = await front.register(parties=[*front.draft().parties, respondent])
    (code,) = made.party_codes
    refused = await front.refused(door(front).RequestReview(asked(made, code.query_code)))
    assert refused.reason == "NOT_YOURS_TO_REVIEW"


async def test_without_routing_nothing_is_taken_and_the_resident_is_told(front):
    """No request is lost in a drawer: it is refused so that it is made again."""
    made = await front.register()
    assert (await front.refused(door(front).RequestReview(asked(made)))).reason == "REVIEW_AWAY"
    empty = await front.refused(door(front).RequestReview(asked(made, grounds=" ")))
    assert empty.reason == "MISSING_FIELD"


async def test_each_stage_is_told_in_plain_words_with_days_and_bodies(front):
    """What happened, who has it, until when, and what can be done next."""
    made = await front.register()
    await step(front, made, "review.opened", 2, unit="s-anji", until="2999-04-01")
    answer = await told(front, made)
    assert "2999-04-01" in answer.steps[-1].text
    assert "县" in answer.steps[-1].text
    assert [note for note in answer.notices if "复查" in note]
    await step(front, made, "review.requested", 3, review_id="r", by="resident")
    await step(front, made, "review.received", 4, unit="s-anji", until="2999-05-01")
    answer = await told(front, made)
    assert "2999-05-01" in answer.steps[-1].text
    assert not [note for note in answer.notices if "复查" in note]


def test_the_right_is_told_until_its_last_day():
    """Neither after it, nor when something came after it."""
    opened = Step(datetime(2026, 3, 2, tzinfo=UTC), "review.opened", "u", "b", "2026-04-01")
    later = Step(datetime(2026, 3, 9, tzinfo=UTC), "review.requested", "u")
    assert may_be_reviewed([opened], "2026-04-01")
    assert not may_be_reviewed([opened], "2026-04-02")
    assert not may_be_reviewed([opened, later], "2026-03-10")
    assert not may_be_reviewed([], "2026-03-10")


async def test_a_matter_that_review_has_ended_is_shown_so_at_registration(front):
    """不再受理 is judged by a person, who sees at once how the like matter ended."""
    made = await front.register()
    ended = part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending="review_concluded")
    await front.parts().EndGrant(ended)
    answer = await front.intake(front.clerk).SuggestCase(
        service.SuggestCaseRequest(draft=front.draft())
    )
    shown = {one.case_id: one.ending for one in answer.duplicates}
    assert shown[made.stamp.case_id] == common.ENDING_KIND_REVIEW_CONCLUDED


async def test_after_re_review_dissatisfaction_opens_nothing(front):
    """Both levels have decided: no further right is told that there is not."""
    made = await front.register()
    request = service.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=1, version=made.stamp.version),
        procedure=common.PROCEDURE_PETITION,
    )
    await front.intake(front.clerk).AcceptCase(request)
    ended = part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending="review_concluded")
    await front.parts().EndGrant(ended)
    answer = await FollowUpServiceStub(front.line()).SubmitEvaluation(
        follow_up_pb2.SubmitEvaluationRequest(
            request_id=str(new_id()),
            case_no=made.stamp.case_no,
            query_code=made.query_code,
            office=follow_up_pb2.SATISFACTION_SATISFIED,
            unit=follow_up_pb2.SATISFACTION_DISSATISFIED,
        )
    )
    assert answer.consequence == follow_up_pb2.CONSEQUENCE_UNSPECIFIED


@pytest.mark.parametrize("language", list(Language))
def test_every_stage_and_every_refusal_has_words(language):
    """A step without words would be left out of what the resident reads."""
    texts = Catalogue.load("intake")
    steps = [f"STEP_{level}.{act}" for level in ("review", "rereview") for act in ACTS]
    wanted = [*steps, "ASKED_review", "ASKED_rereview", "NOTICE_review"]
    wanted += [kind.reason for kind in SAID_BY_ROUTING.values()]
    assert [key for key in wanted if not texts.has(key, language)] == []
