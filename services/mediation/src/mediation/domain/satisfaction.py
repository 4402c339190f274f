"""What a dissatisfied resident's matter may end with: by what the ending rests on (ADR 0088).

The regulation profile says for each procedure what dissatisfaction leads to. Where it leads to
nothing, as in mediation, an ending that both sides signed, or that says that they did not, is not
the unit's own answer and stands. What the unit itself answered is closed as 程序性办结 only:
approved by a second person, with the review route told.
"""

from kernel.regulation import Dissatisfied, Procedure, Profile
from mediation.domain.words import Ending

CONFIRMED = frozenset({Ending.PROCEDURAL, Ending.WITHDRAWN, Ending.REFUSED})
"""Possible under every procedure: a second person has confirmed it."""
OF_BOTH_SIDES = frozenset({Ending.SETTLED, Ending.AGREED})
"""By an agreement that both sides signed."""
BY_LAW = frozenset({Ending.STATUTORY_ROUTE, Ending.TERMINATED})
"""Not agreed on; the other ways were named and are open."""


def consequence(profile: Profile, procedure: str) -> Dissatisfied | None:
    """What the profile lets follow under the procedure; None when it does not say."""
    known = {one.value for one in Procedure}
    if procedure not in known:
        return None
    return profile.rules.satisfaction.dissatisfied.get(Procedure(procedure))


def may_end_dissatisfied(ending: Ending, follows: Dissatisfied | None) -> bool:
    """Whether a file whose resident is dissatisfied may be closed with that ending."""
    if ending in CONFIRMED:
        return True
    return follows is Dissatisfied.NOTHING and ending in OF_BOTH_SIDES | BY_LAW
