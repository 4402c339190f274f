"""What the rules propose about a matter, and what a person made of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from intake.domain.words import Colour, Difficulty, Procedure, Progress, Purpose

WORDS: dict[str, type[Enum]] = {
    "procedure": Procedure,
    "purpose": Purpose,
    "difficulty": Difficulty,
    "colour": Colour,
    "progress": Progress,
}
"""Fields of a case that a confirmation sets, with the words each may take."""
CATEGORY = "category"
FLAGS = frozenset({"litigation_related", "urgent"})
"""Flags that a confirmation sets to `true` or `false`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal, open until `confirmed`; `terms` are words of the lexicon, never free text."""

    field: str
    value: str
    score: float
    reason: str
    terms: tuple[str, ...] = ()
    confirmed: str = ""
    confirmed_by: str = ""


def confirmed(
    suggestions: Iterable[Suggestion], field: str, value: str, by: str
) -> list[Suggestion]:
    """The list with a person's decision on a field, also where nothing was proposed."""
    listed = list(suggestions)
    about = [number for number, suggestion in enumerate(listed) if suggestion.field == field]
    if not about:
        return [*listed, Suggestion(field, "", 0.0, "BY_HAND", (), value, by)]
    for number in about:
        listed[number] = replace(listed[number], confirmed=value, confirmed_by=by)
    return listed


def carried_over(proposed: Iterable[Suggestion], before: Iterable[Suggestion]) -> list[Suggestion]:
    """New proposals with the decisions that were made on the ones before."""
    listed = list(proposed)
    decided = {one.field: one for one in before if one.confirmed}
    for field, one in decided.items():
        listed = confirmed(listed, field, one.confirmed, one.confirmed_by)
    return listed


def best(suggestions: Iterable[Suggestion], field: str) -> str:
    """What was decided on a field, else what was proposed with the highest score, else ""."""
    about = [suggestion for suggestion in suggestions if suggestion.field == field]
    if not about:
        return ""
    decided = next((s.confirmed for s in about if s.confirmed), "")
    return decided or max(about, key=lambda s: s.score).value


def fits(field: str, value: str, categories: frozenset[str]) -> bool:
    """Whether a person may decide this value of this field."""
    if field == CATEGORY:
        return value in categories
    if field in WORDS:
        return value in {word.value for word in WORDS[field]}
    return field in FLAGS and value in {"true", "false"}
