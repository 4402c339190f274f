"""What routing keeps of a review, as its opinion (复查、复核意见书) draws on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEVELS = {"review_opinion": "review", "rereview_opinion": "rereview"}
"""Which review each kind of document tells of."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One review: when it was asked for, of whose answer, and what the body decided."""

    level: str
    asked_on: date
    reviewed_unit: str
    result: str
    opinion: str
    basis: str


def of_kind(kind: str, reviews: Sequence[Reviewed]) -> Reviewed | None:
    """The last review that a document of this kind tells of; None for other kinds."""
    wanted = LEVELS.get(kind)
    found: Mapping[str, Reviewed] = {one.level: one for one in reviews}
    return found.get(wanted) if wanted else None
