"""After the answer: the call-back and the evaluation, their words and the table of a call-back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from intake.domain.words import Ending

CALLED_BACK = "intake.called_back"
CALL_MISSED = "intake.call_missed"
EVALUATED = "intake.evaluated"
REDO_WANTED = "intake.redo_wanted"
FOLLOW_UPS = frozenset({CALLED_BACK, CALL_MISSED, EVALUATED, REDO_WANTED})
"""Kinds of entry this adds to a log. A resident is told of each; no grade is in any of them."""

NOT_ASKED = frozenset(
    {Ending.VOIDED, Ending.MERGED, Ending.WITHDRAWN, Ending.REFUSED, Ending.LOST_IN_RESTORE}
)
"""Endings without an answer to ask about.

Voided and merged matters have none; whoever withdrew was asked by a second person, and a refusal is
contested, not evaluated.
"""


class State(Enum):
    """Where a call-back stands."""

    DUE = "due"
    REACHED = "reached"
    REFUSED = "refused"
    LOST_CONTACT = "lost_contact"
    ANONYMOUS = "anonymous"
    DROPPED = "dropped"

    @property
    def done(self) -> bool:
        """Whether nobody has to call any more."""
        return self is not State.DUE


class Result(Enum):
    """What came of a call (回访结果)."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    LOST_CONTACT = "lost_contact"
    ANONYMOUS = "anonymous"


class Step(Enum):
    """What happens to a call-back besides calls."""

    ASSIGN = "assign"
    OVERTAKEN = "overtaken"


TABLE: dict[tuple[State, Result | Step], State] = {
    (State.DUE, Result.REACHED): State.REACHED,
    # Nobody answered: the day stays, so that it shows as overdue until somebody gets through.
    (State.DUE, Result.NOT_REACHED): State.DUE,
    (State.DUE, Result.REFUSED): State.REFUSED,
    (State.DUE, Result.LOST_CONTACT): State.LOST_CONTACT,
    (State.DUE, Result.ANONYMOUS): State.ANONYMOUS,
    (State.DUE, Step.ASSIGN): State.DUE,
    # The case went on and was answered again: the later answer is asked about.
    (State.DUE, Step.OVERTAKEN): State.DROPPED,
}


def after(state: State, step: Result | Step) -> State | None:
    """The state that it leads to; None when it is not possible."""
    return TABLE.get((state, step))


class Satisfaction(Enum):
    """满意度."""

    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"


class Performance(Enum):
    """What is said of what was agreed or promised."""

    PERFORMED = "performed"
    PARTLY = "partly"
    NOT_PERFORMED = "not_performed"
    NOT_DUE = "not_due"


class Consequence(Enum):
    """What dissatisfaction with the handling leads to, by procedure."""

    DONE_AGAIN = "done_again"
    REVIEW_RIGHT_TOLD = "review_right_told"


class Source(Enum):
    """Who said it: the resident unasked, or in a call-back."""

    RESIDENT = "resident"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Grades:
    """The office that registered and the unit that handled, apart; None = not said."""

    office: Satisfaction | None
    unit: Satisfaction | None

    @property
    def dissatisfied(self) -> bool:
        """Whether something follows: a counter one dislikes is no reason to do a matter again."""
        return self.unit is Satisfaction.DISSATISFIED


@dataclass(frozen=True, slots=True)
class Ended:
    """An answer to ask about: who gave it, who took the matter down, whom it is about."""

    handler: str
    office: str
    about: tuple[str, ...]

    def barred(self, unit: str) -> bool:
        """Whether a unit may not call: it handled the matter, or the matter is about it."""
        return unit == self.handler or unit in self.about


def caller_of(ended: Ended, beside: Iterable[str]) -> str | None:
    """The unit that calls by default: the registering one, else the first of `beside` that may."""
    return next((unit for unit in (ended.office, *beside) if not ended.barred(unit)), None)


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """Event: a call-back or an evaluation, wherever the case is held. Codes only, no grade."""

    case_id: UUID
    epoch: int
    kind: str
    path: str
    unit: str
    actor: str
    at: datetime
    result: str = ""
    performance: str = ""


LEAST = 5
"""So few evaluations may be told apart from persons, and are not counted out to anybody."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of each; all 0 with `too_few`."""

    counts: dict[Satisfaction, int]
    too_few: bool = False


def totals(counts: dict[Satisfaction, int]) -> Totals:
    """Totals that say nothing of a person."""
    number = sum(counts.values())
    return Totals({}, too_few=True) if 0 < number < LEAST else Totals(counts)
