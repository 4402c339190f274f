"""What intake can be asked after an answer, as plain values."""

from dataclasses import dataclass
from uuid import UUID

from intake.commands import Seen
from intake.domain.follow_up import Grades, Performance, Result


@dataclass(frozen=True, slots=True)
class OweCallback:
    """The case has ended: see who asks the resident, and until when."""

    case_id: UUID


@dataclass(frozen=True, slots=True)
class RecordCallback:
    """What came of a call."""

    case_id: UUID
    seen: Seen
    result: Result
    grades: Grades
    performance: Performance | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssignCallback:
    """Another unit calls."""

    case_id: UUID
    seen: Seen
    unit: str


@dataclass(frozen=True, slots=True)
class SubmitEvaluation:
    """A resident who has proved himself by number and code evaluates the last answer."""

    case_id: UUID
    grades: Grades
