"""What can be done with assessments of closed files, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DrawSample:
    """Draw from the files closed from `begin` until before `end`."""

    sample: str
    begin: datetime
    end: datetime
    least_percent: int
    seed: str


@dataclass(frozen=True, slots=True)
class OnAssessment:
    """One file that was drawn."""

    case_id: UUID
    sample: str


@dataclass(frozen=True, slots=True)
class RecordAssessment(OnAssessment):
    """Points, what was found, and until when a defect is to be mended."""

    version: int
    points: Mapping[str, int]
    finding: str
    mend_by: date | None


@dataclass(frozen=True, slots=True)
class AnswerAssessment(OnAssessment):
    """How the handling unit mended it."""

    version: int
    answer: str
