"""Why a hearing 听证 is not taken at the door: hearing's word, said to the resident."""

from kernel.errors import Missing, NotReady, Refusal, WrongState


class HearingBeforeAcceptance(WrongState):
    """The matter was not accepted yet."""

    reason = "HEARING_BEFORE_ACCEPTANCE"


class HearingElsewhere(WrongState):
    """The matter is decided by a court, in arbitration or in administrative review."""

    reason = "HEARING_ELSEWHERE"


class HearingAskedFor(WrongState):
    """A hearing of this matter was asked for and is not over."""

    reason = "HEARING_ASKED_FOR"


class HearingNotTakenBack(WrongState):
    """No request of a resident waits, or people were told to come already."""

    reason = "HEARING_NOT_TAKEN_BACK"


class HearingNotProvided(WrongState):
    """By the rules of the place a resident does not ask for a hearing of this matter."""

    reason = "HEARING_NOT_PROVIDED"


class HearingOnTheMove(WrongState):
    """The matter is on its way to another unit just now."""

    reason = "HEARING_ON_THE_MOVE"


class HearingMatterEnded(WrongState):
    """The matter has ended."""

    reason = "HEARING_MATTER_ENDED"


class HearingCaseUnknown(Missing):
    """The matter was registered a moment ago, or is held by another node."""

    reason = "HEARING_CASE_UNKNOWN"


class NotYoursToHear(WrongState):
    """The party that brought the matter asks for a hearing, not the other one."""

    reason = "NOT_YOURS_TO_HEAR"


class HearingAway(NotReady):
    """Hearing does not answer; the same request may be made again."""

    reason = "HEARING_DOOR_AWAY"


SAID_BY_HEARING: dict[str, type[Refusal]] = {
    "NOT_ACCEPTED": HearingBeforeAcceptance,
    "HEARING_BARRED": HearingElsewhere,
    "HEARING_UNDER_WAY": HearingAskedFor,
    "NOT_POSSIBLE_NOW": HearingNotTakenBack,
    "HEARING_MISSING": HearingNotTakenBack,
    "MAY_NOT_ASK": HearingNotProvided,
    "HEARING_AGAINST_RULES": HearingNotProvided,
    "CASE_LOCKED": HearingOnTheMove,
    "CUSTODY_MOVED": HearingCaseUnknown,
    "WRITING_ENDED": HearingMatterEnded,
    "CASE_MISSING": HearingCaseUnknown,
}
"""Refusals of hearing, each told in words for a resident."""
