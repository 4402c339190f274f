"""复查 and 复核: their words, and where the right to ask stands by the steps of a case.

条例 35, 36: whoever is not content with a written answer asks the superior of the unit that gave
it, then the superior of that, each within 30 days of the service of the answer; after the second
nobody takes the same facts and reasons again. The steps travel with a case's header, so that the
counter where it was registered knows as much as the node that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

NO_ANSWER = frozenset({"voided", "merged", "withdrawn", "refused", "review_lapsed"})
"""Endings that answer nothing: a refusal is contested, not reviewed."""
CONCLUDED = "review_concluded"


class Level(StrEnum):
    """The two levels."""

    REVIEW = "review"  # 复查
    REREVIEW = "rereview"  # 复核

    @property
    def right(self) -> str:
        """The clock within which it is asked for."""
        return f"{self.value}_request"

    @property
    def next(self) -> Level | None:
        """The level after it."""
        return Level.REREVIEW if self is Level.REVIEW else None


class Phase(StrEnum):
    """Where a level stands, as the steps tell; each is the end of a step's kind."""

    OPENED = "opened"  # the answer was served: the right runs
    WITHDRAWN = "withdrawn"  # the service was recorded wrongly: it has not begun
    LAPSED = "lapsed"
    REQUESTED = "requested"
    FORWARDED = "forwarded"
    RECEIVED = "received"
    PROPOSED = "proposed"
    REJECTED = "rejected"  # a second person does not agree with what was proposed
    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 变更
    REVOKED = "revoked"  # 撤销重办
    OVERTAKEN = "overtaken"  # the matter was settled or went another way meanwhile


class Result(StrEnum):
    """What the body decides."""

    UPHELD = "upheld"
    CHANGED = "changed"
    REVOKED = "revoked"


class State(StrEnum):
    """Where a review stands at the node that has the case."""

    FORWARDING = "forwarding"  # on its way to the body
    DECIDING = "deciding"
    PROPOSED = "proposed"  # waits for a second person
    DECIDED = "decided"
    OVERTAKEN = "overtaken"


OPEN = frozenset({State.FORWARDING, State.DECIDING, State.PROPOSED})
UNDER_WAY = frozenset({"requested", "forwarded", "received", "proposed", "rejected"})
TABLE: dict[tuple[State, str], State] = {
    (State.FORWARDING, "receive"): State.DECIDING,
    (State.FORWARDING, "redirect"): State.FORWARDING,
    (State.DECIDING, "redirect"): State.FORWARDING,
    (State.DECIDING, "propose"): State.PROPOSED,
    (State.PROPOSED, "approve"): State.DECIDED,
    (State.PROPOSED, "reject"): State.DECIDING,
    # A settlement in mediation, a withdrawal: the case ended by another act.
    **{(state, "overtake"): State.OVERTAKEN for state in OPEN},
}
"""What leads from where to where; a pair that is not here is refused."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the right of the resident stands."""

    level: Level = Level.REVIEW
    phase: Phase | None = None
    until: date | None = None
    unit: str = ""

    @property
    def under_way(self) -> bool:
        """Whether a body is at it."""
        return self.phase is not None and self.phase.value in UNDER_WAY

    @property
    def exhausted(self) -> bool:
        """Whether both levels have decided: 不再受理 for the same facts and reasons."""
        done = self.phase in {Phase.UPHELD, Phase.CHANGED}
        return self.level is Level.REREVIEW and done

    def late_on(self, day: date) -> bool:
        """Whether the last day has passed; an answer that was not served is never late."""
        if self.phase is Phase.LAPSED:
            return True
        return self.phase is Phase.OPENED and self.until is not None and day > self.until

    @property
    def asked_next(self) -> Level | None:
        """The level a request now is for; None after the second."""
        if self.phase in {Phase.UPHELD, Phase.CHANGED}:
            return self.level.next
        if self.phase in {Phase.REVOKED, Phase.OVERTAKEN}:
            return Level.REVIEW
        return self.level


def kind(level: str, phase: Phase | Result) -> str:
    """Kind of the log entry."""
    return f"{level}.{phase.value}"


def standing(steps: Iterable[Mapping[str, Any]]) -> Standing:
    """Where the right stands after these steps, in the order of the log.

    A case that goes on for another reason (new facts) gets another answer, and with it the right
    anew, from the first level.
    """
    now = Standing()
    for step in steps:
        head, _, tail = step["kind"].partition(".")
        if step["kind"] == "custody.reopened" and not now.under_way:
            now = Standing()
        elif head in set(Level) and tail in set(Phase):
            until = step["body"].get("until", "")
            last = date.fromisoformat(until) if until else None
            now = Standing(Level(head), Phase(tail), last, step["body"].get("unit", ""))
    return now


def open_to(standing: Standing, ending: str, day: date) -> Level | None:
    """The level that may be asked for on that day; `ending` empty for a case that has not ended."""
    answered = ending not in NO_ANSWER if ending else standing.phase is Phase.OPENED
    if standing.under_way or ending == CONCLUDED or not answered or standing.late_on(day):
        return None
    return standing.asked_next
