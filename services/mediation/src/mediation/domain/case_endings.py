"""Which endings of a case a mediation stands for, and what stands against the others (ADR 0088).

A mediation that was closed leads nowhere any more in its epoch (`domain.states`), so what is
answered of it here holds for that epoch; a case that is reopened finds it open again. One that is
open keeps its case open, whatever the ending asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mediation.domain.guards import Gap, Lack
from mediation.domain.states import State
from mediation.domain.words import Ending

MEDIATING = frozenset({"peoples_mediation", "administrative_mediation", "court_entrusted"})
"""Procedures whose results come from a mediation; a petition may be mediated, and is answered."""
PETITION = "petition"
ANSWERS = frozenset({"supported", "explained", "not_supported"})
"""What a petition ends with is said in its own written answer (条例 32), mediated or not."""
RESULTS = ANSWERS | {"settled", "agreed"}
"""Endings that claim that something came of the matter."""
REVIEWS = frozenset({"review_concluded", "review_lapsed"})
"""Endings that rest on what the reviewing body did, or was not asked, and on a second person.

What is mediated under a review is closed first; what only came back with the case is not.
"""
AT_THE_COUNTER = "answered"
BY_ACTS = frozenset({"withdrawn", "refused", "voided", "merged"})
"""Endings by an act of intake with its second person or its reason; an open mediation ends too."""

STANDS_FOR: dict[Ending, frozenset[str]] = {
    Ending.SETTLED: frozenset({"settled"}),
    # 达成协议待履行 is counted apart from what was performed.
    Ending.AGREED: frozenset({"agreed"}),
    Ending.SUPPORTED: frozenset({"supported"}),
    Ending.EXPLAINED: frozenset({"explained"}),
    Ending.NOT_SUPPORTED: frozenset({"not_supported"}),
    Ending.PROCEDURAL: frozenset({"procedural"}),
    # The other ways were named when it failed (人民调解法 26); which one is taken is told later.
    Ending.STATUTORY_ROUTE: frozenset({"statutory_route", "referred_out"}),
    Ending.TERMINATED: frozenset({"terminated", "statutory_route", "referred_out"}),
    # 不予调解: one side refuses, or another body decides. No result, and no bar to another way.
    Ending.REFUSED: frozenset({"terminated", "statutory_route", "referred_out"}),
    # Out of the mediation, not of the matter: whoever withdraws the matter does so at intake.
    Ending.WITHDRAWN: frozenset({"terminated", "referred_out"}),
}
"""Endings of a case that a mediation closed with this one is the ground of."""
WITHOUT_RESULT = frozenset(
    {Ending.STATUTORY_ROUTE, Ending.TERMINATED, Ending.REFUSED, Ending.WITHDRAWN}
)
"""After these a matter of another procedure goes on by its own rules, as if never mediated."""


@dataclass(frozen=True, slots=True)
class Mediated:
    """A mediation of the case: where it stands, how it was closed, what it lacks for the ending.

    `rests`: it was closed, came back with the case when that went on, and nobody took it up.
    """

    state: State
    closed_with: Ending | None = None
    lacks: Sequence[Lack] = ()
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against the ending; `carries`: the mediation is what it rests on, or should."""

    lacks: tuple[Lack, ...] = ()
    carries: bool = False


def ending_of(word: str) -> Ending | None:
    """The ending of a mediation of this name; None for one that no mediation leads to."""
    return next((ending for ending in Ending if ending.value == word), None)


def verdict(ending: str, procedure: str, mediated: Mediated | None) -> Verdict:
    """Whether the case may end like this, as far as its mediation is concerned."""
    if ending in BY_ACTS:
        return Verdict()
    if mediated is None:
        claims = procedure in MEDIATING and ending in RESULTS
        return _against(Gap.NOT_MEDIATED) if claims else Verdict()
    if mediated.rests and ending in REVIEWS:
        return Verdict()
    if mediated.state is not State.CLOSED:
        missing = () if ending == AT_THE_COUNTER else tuple(mediated.lacks)
        return Verdict((Lack(Gap.MEDIATION_OPEN), *missing))
    return _of_closed(ending, procedure, mediated.closed_with)


def _of_closed(ending: str, procedure: str, closed_with: Ending | None) -> Verdict:
    if ending in REVIEWS or ending == AT_THE_COUNTER:
        return Verdict()
    if closed_with is not None and ending in STANDS_FOR[closed_with]:
        own_answer = procedure == PETITION and ending in ANSWERS
        return Verdict(carries=not own_answer)
    if procedure not in MEDIATING and closed_with in WITHOUT_RESULT:
        return Verdict()
    # Its own answers stay where they are, so nobody is asked for answers of the register.
    differs = Lack(Gap.ENDING_DIFFERS, closed_as=closed_with)
    return Verdict((differs,), carries=closed_with not in WITHOUT_RESULT)


def _against(gap: Gap) -> Verdict:
    return Verdict((Lack(gap),))
