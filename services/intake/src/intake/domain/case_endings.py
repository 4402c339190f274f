"""What the register must show before a case ends: its answers, and who was told (ADR 0088).

A case that was mediated rests on its mediation instead; that service says so, and then nobody asks
for answers here. Findings and documents are only ever added, so what is there stays there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.domain.words import Identity, Procedure, Purpose
from kernel.errors import FieldViolation

REQUEST_OPEN = "CLOSING_REQUEST_OPEN"
OPINION_MISSING = "CLOSING_OPINION_MISSING"
OPINION_NOT_SERVED = "CLOSING_OPINION_NOT_SERVED"

RESULTS = frozenset({"settled", "agreed", "supported", "explained", "not_supported"})
"""Endings that claim that something came of the matter."""
ANSWERED = RESULTS | {"statutory_route", "procedural"}
"""逐条反馈: each request has its finding. Led elsewhere is an answer too: it says where to.

程序性办结 is for who was answered and is not content, not for who was never answered. What is
terminated, referred out or ends with its review rests on a second person or on another body.
"""
NO_REDRESS = frozenset({Purpose.SUGGESTION, Purpose.ENQUIRY, Purpose.HELP, Purpose.THANKS})
"""Purposes that are answered without a written opinion (条例 29, 31: only 申诉求决 needs one)."""


@dataclass(frozen=True, slots=True)
class OnRegister:
    """What is kept here of a case: requests without a finding, its opinion, and who can be told."""

    procedure: Procedure | None
    purpose: Purpose | None
    identity: Identity
    reachable: bool
    sealed: bool
    unanswered: Sequence[int] = ()
    opinion_made: bool = False
    opinion_served: bool = False

    @property
    def can_be_served(self) -> bool:
        """Nobody is served whose name or address is unknown (条例 23)."""
        return self.reachable and self.identity is not Identity.ANONYMOUS


def against(ending: str, case: OnRegister) -> tuple[FieldViolation, ...]:
    """Everything that is missing for the ending; of a sealed matter only its receipt is kept."""
    if case.sealed or ending not in ANSWERED:
        return ()
    return (*_unanswered(case), *_in_writing(ending, case))


def _unanswered(case: OnRegister) -> Iterable[FieldViolation]:
    return (FieldViolation(f"requests[{no}]", REQUEST_OPEN) for no in case.unanswered)


def _in_writing(ending: str, case: OnRegister) -> Iterable[FieldViolation]:
    """信访处理意见书 (条例 32): made, and served on whoever asked."""
    if not needs_opinion(ending, case.procedure, case.purpose):
        return
    if not case.opinion_made:
        yield FieldViolation("opinion", OPINION_MISSING)
    elif case.can_be_served and not case.opinion_served:
        yield FieldViolation("opinion", OPINION_NOT_SERVED)


def needs_opinion(ending: str, procedure: Procedure | None, purpose: Purpose | None) -> bool:
    """Whether the result is given in a written opinion."""
    return procedure is Procedure.PETITION and ending in RESULTS and purpose not in NO_REDRESS
