"""Why a review 复查、复核 is not asked for, forwarded or decided."""

from kernel.errors import Denied, Missing, WrongState


class ReviewNotProvided(WrongState):
    """The procedure of the matter has no review; a quarrel is mediated again."""

    reason = "REVIEW_NOT_PROVIDED"


class ReviewBeforeAnswer(WrongState):
    """There is no written answer yet that could be reviewed."""

    reason = "REVIEW_BEFORE_ANSWER"


class ReviewTooLate(WrongState):
    """The days to ask have passed (条例 35, 36); `until` was the last one."""

    reason = "REVIEW_TOO_LATE"


class ReviewUnderWay(WrongState):
    """A review of this answer was asked for and is not decided: the case moves only by it."""

    reason = "REVIEW_UNDER_WAY"


class ReviewExhausted(WrongState):
    """复核 has decided: the same facts and reasons are not taken again (条例 36)."""

    reason = "REVIEW_EXHAUSTED"


class ReviewMissing(Missing):
    """The case has no review that could be decided here."""

    reason = "REVIEW_MISSING"


class NotTheReviewBody(Denied):
    """Another body decides on this review; `body` names it."""

    reason = "NOT_THE_REVIEW_BODY"


class ReviewNotNow(WrongState):
    """The review stands elsewhere; `state` says where."""

    reason = "REVIEW_NOT_NOW"


class ReviewBodyUnfit(WrongState):
    """It has the review already, gave what is reviewed, or the matter is about it."""

    reason = "REVIEW_BODY_UNFIT"


class ReviewCircling(WrongState):
    """A body that had the request does not get it back; `superior` decides (防空转)."""

    reason = "REVIEW_CIRCLING"


class NotTheCounter(Denied):
    """A request is taken down where the matter was registered or is held."""

    reason = "NOT_THE_COUNTER"


class NoObjectionToReview(WrongState):
    """What came by a review is not objected to (不存在“非本单位职权”的退回)."""

    reason = "NO_OBJECTION_TO_REVIEW"
