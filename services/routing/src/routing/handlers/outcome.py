"""What a command on a case answers."""

from dataclasses import dataclass
from uuid import UUID

from routing.handlers.casefile import CaseFile


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the case stands after the command, and the hand-over it began."""

    case_id: UUID
    case_no: str
    epoch: int
    version: int
    state: str
    handoff_id: UUID | None = None
    frozen: bool = False
    question_to: str = ""


def outcome(case: CaseFile, handoff_id: UUID | None = None) -> Outcome:
    """The answer for a case after `save`."""
    row = case.row
    return Outcome(
        case_id=case.case_id,
        case_no=row["case_no"],
        epoch=row["epoch"],
        version=row["version"],
        state=row["state"],
        handoff_id=handoff_id,
        frozen=row["frozen"],
        question_to=row["freeze_reason"].partition(":")[2],
    )
