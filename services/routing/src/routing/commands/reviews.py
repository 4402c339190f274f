"""What is asked about reviews 复查、复核."""

from dataclasses import dataclass
from uuid import UUID

from routing.commands.ending import Seen


@dataclass(frozen=True, slots=True)
class AskReview:
    """A resident who has proved himself asks, or a clerk takes his request down.

    `unit` is where it was asked, empty: the clerk's own.
    """

    case_id: UUID
    grounds: str
    by: str = "counter"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class DecideReview(Seen):
    """What the body decides, proposed to a second person.

    `ending`: what the case ends as by a changed opinion, or by an upheld one of a case that had not
    ended. `due_on`: until when a revoked matter is handled anew.
    """

    result: str
    opinion: str
    basis: str
    ending: str = ""
    due_on: str = ""


@dataclass(frozen=True, slots=True)
class ApproveReview(Seen):
    """The second person's decision."""

    approved: bool
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class RedirectReview(Seen):
    """Another body is competent, or the one asked has declined."""

    body: str
    grounds: str
