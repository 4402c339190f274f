"""The words of acknowledging and objecting."""

from enum import Enum

from hearing.domain.words import Part


class How(Enum):
    """How it is known that a notice has reached somebody."""

    REPLIED = "replied"
    BY_PHONE = "by_phone"
    IN_PERSON = "in_person"
    SERVED = "served"  # the paper was served, and somebody signed for it


class ObjectionGround(Enum):
    """Why a party does not accept somebody (回避)."""

    TIE = "tie"  # near to a party, or to its agent
    INTEREST = "interest"
    EARLIER_STAGE = "earlier_stage"  # handled, reviewed or advised in the matter before
    OTHER = "other"


class ObjectionDecision(Enum):
    """What became of an objection."""

    UPHELD = "upheld"
    REJECTED = "rejected"


OBJECTED_TO = frozenset({Part.CHAIR, Part.PANELIST, Part.RECORDER})
"""Parts that may be objected to: they lead, judge and take down."""
