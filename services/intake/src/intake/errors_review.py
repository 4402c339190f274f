"""Why a review 复查、复核 is not taken at the door: routing's word, said to the resident."""

from kernel.errors import Missing, NotReady, Refusal, WrongState


class ReviewNotProvided(WrongState):
    """The procedure of the matter has no review."""

    reason = "REVIEW_NOT_PROVIDED"


class ReviewBeforeAnswer(WrongState):
    """There is no written answer yet that could be reviewed."""

    reason = "REVIEW_BEFORE_ANSWER"


class ReviewTooLate(WrongState):
    """The days to ask have passed (条例 35, 36); `until` was the last one."""

    reason = "REVIEW_TOO_LATE"


class ReviewUnderWay(WrongState):
    """A review of this answer was asked for and is not decided."""

    reason = "REVIEW_UNDER_WAY"


class ReviewExhausted(WrongState):
    """复核 has decided: the same facts and reasons are not taken again (条例 36)."""

    reason = "REVIEW_EXHAUSTED"


class ReviewCaseUnknown(Missing):
    """The matter was registered a moment ago, or is sealed: it has no review here."""

    reason = "REVIEW_CASE_UNKNOWN"


class NotYoursToReview(WrongState):
    """The party that asked may ask for review, not the other one."""

    reason = "NOT_YOURS_TO_REVIEW"


class ReviewAway(NotReady):
    """Routing does not answer; the same request may be made again."""

    reason = "REVIEW_AWAY"


SAID_BY_ROUTING: dict[str, type[Refusal]] = {
    kind.reason: kind
    for kind in (
        ReviewNotProvided,
        ReviewBeforeAnswer,
        ReviewTooLate,
        ReviewUnderWay,
        ReviewExhausted,
    )
} | {"CASE_UNKNOWN": ReviewCaseUnknown}
"""Refusals of routing that are told as they are."""
