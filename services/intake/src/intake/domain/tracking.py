"""What a resident is told: steps in order, each once, and what comes next."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.facts import TOLD
from intake.domain.follow_up import FOLLOW_UPS

STEPS = 100
REVIEWS = frozenset({"review", "rereview"})
RIGHTS = frozenset(f"{level}.opened" for level in REVIEWS)
LIMITATION = "mediation.harm_known"
"""Since when the harm is known was told: until when the right can be claimed follows from it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline, by kind; the words are in the catalogue."""

    at: datetime
    kind: str
    unit: str
    to: str = ""
    """Whom a step of a review names: the body."""
    until: str = ""
    """The last day that such a step names, ISO."""
    clock: str = ""
    """The clock by which a right can be claimed until that day."""

    @property
    def is_right(self) -> bool:
        """Whether it tells the resident that he may ask for review until a day."""
        return self.kind in RIGHTS

    @property
    def is_review(self) -> bool:
        """Whether it belongs to 复查 or 复核."""
        return self.kind.partition(".")[0] in REVIEWS


def timeline(facts: Iterable[Mapping[Any, Any]], told: Iterable[Mapping[Any, Any]]) -> list[Step]:
    """Facts of this service and steps told by routing, oldest first, each once.

    Routing also tells of facts of intake, some of them from another node: the same kind within the
    same second is the same step. Limitation that was counted anew is told as it was counted last.
    """
    steps = {
        (row["at"].replace(microsecond=0), row["kind"]): _step(row)
        for row in (*facts, *told)
        if row["kind"] in TOLD | FOLLOW_UPS or not row["kind"].startswith("intake.")
    }
    ordered = sorted(steps.values(), key=lambda step: step.at)
    counted = [step for step in ordered if step.kind == LIMITATION]
    return [step for step in ordered if step not in counted[:-1]][-STEPS:]


def _step(row: Mapping[Any, Any]) -> Step:
    said: dict[str, str] = {}
    if row["kind"].partition(".")[0] in REVIEWS or row["kind"] == LIMITATION:
        said = json.loads(row["body"])
    until = said.get("until", "") or said.get("due_on", "")
    clock = said.get("restarts_clock", "")
    return Step(row["at"], row["kind"], row["unit"], said.get("unit", ""), until, clock)


def may_be_reviewed(steps: Iterable[Step], day: str) -> bool:
    """Whether the last thing told of review is that it may be asked for until that day or later."""
    told = [step for step in steps if step.is_review]
    return bool(told) and told[-1].is_right and told[-1].until >= day
