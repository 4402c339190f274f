"""Before a case ends, every service of the node says what stands against it (ADR 0088)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.errors import FieldViolation


@dataclass(frozen=True, slots=True)
class Wanted:
    """An ending of a case that is asked about, in the epoch and procedure it has."""

    case_id: UUID
    epoch: int
    ending: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one service answered; `lacks` name the service first, e.g. `intake.requests[1]`."""

    service: str
    lacks: tuple[FieldViolation, ...] = ()
    carries: bool = False
    last_fact_no: int = 0


def standing_against(answers: Sequence[Said]) -> tuple[FieldViolation, ...]:
    """What is missing, of all services; where one carries the ending, it alone is heard."""
    carriers = [said for said in answers if said.carries]
    return tuple(lack for said in carriers or answers for lack in said.lacks)


def unheard(answers: Sequence[Said], applied: Mapping[str, int]) -> bool:
    """Whether a service has written something that the log of the case has not heard of yet."""
    return any(said.last_fact_no > applied.get(said.service, 0) for said in answers)
