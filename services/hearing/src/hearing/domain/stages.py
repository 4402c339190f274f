"""The order of a hearing: which stage follows which, and when the panel may confer.

Order of local rules on hearings (听证): statement, the handling unit's facts and basis,
rebuttal and questions, last statements; then the panel confers. A hearing that was adjourned goes
on at the stage where it stopped.
"""

from hearing.domain.session_words import Stage

ORDER = tuple(Stage)
SPOKEN = frozenset(Stage) - {Stage.OPENING}
"""Stages in which people speak to the matter."""
EVIDENCE = frozenset({Stage.STATEMENT, Stage.FACTS, Stage.REBUTTAL})
"""Stages in which evidence is put in: nothing new comes with the last words."""


def follows(now: Stage, wanted: Stage) -> bool:
    """Whether `wanted` is the very next stage: none is left out, none comes back."""
    return ORDER.index(wanted) == ORDER.index(now) + 1


def may_confer(now: Stage) -> bool:
    """Whether everybody had the last word."""
    return now is ORDER[-1]


def recusal_possible(now: Stage) -> bool:
    """Whether it is still asked who should step back: at the opening, at the latest."""
    return now is Stage.OPENING
