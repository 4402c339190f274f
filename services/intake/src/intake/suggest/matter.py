"""What a classifier is told of a matter, what it answers, and the interface it stands behind.

Nothing here identifies a person: colour, difficulty and class rate the matter (个人信息保护法,
条例). Who raised it, how often, how ill or how angry, is not asked, so no rule can use it.
"""

from datetime import date
from typing import Protocol

from msgspec import Struct


class Matter(Struct, frozen=True, kw_only=True):
    """A matter as far as a classifier may know it.

    Attributes:
        narrative: what happened, in the resident's words.
        requests: what is asked for, one text each.
        channel: lower-case channel name, "visit", "call", …; empty when unknown.
        place_code: division code of the place of the matter, 6 to 12 digits, or empty.
        respondents: kinds of the other side: "person", "organisation", "unit".
        headcount: people concerned as counted at the counter; 0 = not counted.
        received_on: day it was received; None = today.
        registered_on: day it is registered; None = today.
    """

    narrative: str
    requests: tuple[str, ...] = ()
    channel: str = ""
    place_code: str = ""
    respondents: frozenset[str] = frozenset()
    headcount: int = 0
    received_on: date | None = None
    registered_on: date | None = None

    @property
    def waited_days(self) -> int:
        """Days between receipt and registration; 0 when either is unknown."""
        if self.received_on is None or self.registered_on is None:
            return 0
        return max(0, (self.registered_on - self.received_on).days)


class Suggestion(Struct, frozen=True):
    """Something proposed; a person confirms or overrides it.

    Attributes:
        field: procedure, category, purpose, difficulty, colour, flag or route.
        value: the proposed value, an id.
        score: 0 to 1; comparable within a field only.
        reason: code of what weighed most.
        terms: lexicon terms that spoke for it, at most five; never other text.
    """

    field: str
    value: str
    score: float
    reason: str
    terms: tuple[str, ...] = ()


class Classifier(Protocol):
    """Rules today, a trained model later; callers see no difference."""

    @property
    def version(self) -> str:
        """Name and version to be stored with each suggestion."""
        ...

    def suggest(self, matter: Matter) -> list[Suggestion]:
        """Proposals for one matter: every single-valued field once, its best value first.

        Pure and quick: no clock, no network, no store. Category may come with lesser candidates
        after the best one; flags and routes as many as there are, or none.
        """
        ...
