"""Reviews 复查、复核 on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kernel.clock import SHANGHAI
from kernel.directory import Directory
from kernel.errors import MissingField
from kernel.ids import parse_id
from kernel.instants import stamp as instant
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import review_pb2 as pb
from routing.commands.reviews import ApproveReview, AskReview, DecideReview, RedirectReview
from routing.convert import words
from routing.convert.ending import seen
from routing.convert.handover import TEXT, WORD, day, stamp, text
from routing.handlers.outcome import Outcome
from routing.handlers.reviews.asking import Asked

Values = Mapping[str, Any]
BASIS = 1000


def ask(request: pb.AskReviewRequest, *, by: str) -> AskReview:
    """A request."""
    return AskReview(
        case_id=parse_id(request.case_id, "case_id"),
        grounds=text(request.grounds, "grounds", TEXT, required=True),
        by=by,
    )


def asked(result: Asked) -> pb.AskReviewResponse:
    """Taken."""
    return pb.AskReviewResponse(
        review_id=str(result.review_id), case_no=result.case_no, level=level(result.level)
    )


def level(word: str) -> pb.ReviewLevel.ValueType:
    """The level of a word."""
    found: pb.ReviewLevel.ValueType = pb.ReviewLevel.Value(f"REVIEW_LEVEL_{_name(word)}")
    return found


def _name(word: str) -> str:
    return word.upper() or "UNSPECIFIED"


def decide(request: pb.DecideReviewRequest) -> DecideReview:
    """A decision."""
    if request.result == 0 or request.result not in pb.ReviewResult.values():
        raise MissingField.of("result")
    result = pb.ReviewResult.Name(request.result).removeprefix("REVIEW_RESULT_").lower()
    return DecideReview(
        **seen(request),
        result=result,
        opinion=text(request.opinion, "opinion", TEXT, required=True),
        basis=text(request.basis, "basis", BASIS, required=True),
        ending=words.word(common.EndingKind, request.ending),
        due_on=day(request.due_on, "due_on"),
    )


def decided(outcome: Outcome) -> pb.DecideReviewResponse:
    """Proposed."""
    return pb.DecideReviewResponse(stamp=stamp(outcome))


def approve(request: pb.ApproveReviewRequest) -> ApproveReview:
    """The second person's decision."""
    grounds = text(request.grounds, "grounds", WORD, required=not request.approved)
    return ApproveReview(**seen(request), approved=request.approved, grounds=grounds)


def approved(outcome: Outcome) -> pb.ApproveReviewResponse:
    """After it."""
    return pb.ApproveReviewResponse(stamp=stamp(outcome))


def redirect(request: pb.RedirectReviewRequest) -> RedirectReview:
    """Another body."""
    return RedirectReview(
        **seen(request),
        body=text(request.body, "body", WORD * 2, required=True),
        grounds=text(request.grounds, "grounds", WORD, required=True),
    )


def redirected(outcome: Outcome) -> pb.RedirectReviewResponse:
    """On its way."""
    return pb.RedirectReviewResponse(stamp=stamp(outcome))


def review_out(row: Values, directory: Directory, today: date) -> pb.Review:
    """One review, with titles and its last day."""
    due_on = row["clock_due_on"] or ""
    return pb.Review(
        review_id=str(row["review_id"]),
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        seen=common.Seen(epoch=row["epoch"], version=row["version"]),
        level=level(row["level"]),
        state=pb.ReviewState.Value(f"REVIEW_STATE_{_name(row['state'])}"),
        asked_at=instant(row["asked_at"]),
        received_on=_day(row["received_at"]),
        due_on=due_on,
        overdue=bool(due_on) and due_on < today.isoformat(),
        result=pb.ReviewResult.Value(f"REVIEW_RESULT_{_name(row['result'])}"),
        ending=words.ending(row["ending"]),
        redo_due_on=row["due_on"],
        decided_on=_day(row["decided_at"]),
        referral_id=str(row["referral_id"] or ""),
        reviewed_title=directory.title(row["reviewed_unit"]),
        body_title=directory.title(row["body"]) if row["body"] else "",
        **{name: row[name] for name in PLAIN},
    )


PLAIN = (
    "reviewed_unit",
    "body",
    "outside",
    "asked_unit",
    "asked_by",
    "proposed_by",
    "decided_by",
)


def _day(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).date().isoformat() if at else ""
