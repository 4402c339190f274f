"""What is planned anew after an absence: as little as can be, and nothing that people were told."""

from collections.abc import Iterable
from dataclasses import replace

from hearing.planning.clashes import SOFT, Clash, Standing, clashes
from hearing.planning.gather import Waiting
from hearing.scheduling.plan.problem import Problem

OF_PEOPLE = frozenset(
    {
        "BUSY",
        "TWO_PLACES",
        "OUT_OF_HOURS",
        "RECUSAL",
        "FORBIDDEN_PERSON",
        "PERSON_UNKNOWN",
        "NOT_OF_POOL",
        "CHAIR",
        "PINNED_CHAIR",
        "PANEL",
        "PINNED_PANEL",
        "QUOTA",
        "DEPARTMENT",
    }
)
"""Kinds that are mended by asking somebody else, if it is not a party that they are about."""


def broken_by(waiting: Waiting, problem: Problem, standing: Iterable[Standing]) -> list[Clash]:
    """What stands against a hearing as it is set; of warnings only what has to do with people."""
    if waiting.stands is None:
        return []
    found = clashes(problem, waiting.stands, standing)
    return [one for one in found if one.kind not in SOFT or one.kind == "OUT_OF_HOURS"]


def held(waiting: Waiting, found: Iterable[Clash]) -> Waiting:
    """The hearing with time and room kept when other people mend all that stands against it."""
    mended = all(one.kind in OF_PEOPLE and one.subject not in waiting.parties for one in found)
    return replace(waiting, hold=waiting.stands is not None and mended)
