"""What a resident is told: steps in order, each once, and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.domain.facts import TOLD
from intake.domain.follow_up import FOLLOW_UPS

STEPS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline, by kind; the words are in the catalogue."""

    at: datetime
    kind: str
    unit: str


def timeline(facts: Iterable[Mapping[Any, Any]], told: Iterable[Mapping[Any, Any]]) -> list[Step]:
    """Facts of this service and steps told by routing, oldest first, each once.

    Routing also tells of facts of intake, some of them from another node: the same kind within the
    same second is the same step.
    """
    steps = {
        (row["at"].replace(microsecond=0), row["kind"]): Step(row["at"], row["kind"], row["unit"])
        for row in (*facts, *told)
        if row["kind"] in TOLD | FOLLOW_UPS or not row["kind"].startswith("intake.")
    }
    return sorted(steps.values(), key=lambda step: step.at)[-STEPS:]
