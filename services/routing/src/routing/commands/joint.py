"""Commands of joint handling, reports, bodies outside and conferences."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from routing.commands.ending import Seen


@dataclass(frozen=True, slots=True)
class OpenCohandling(Seen):
    """Ask another unit to handle jointly (协办)."""

    unit: str
    task: str
    due_on: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class CompleteCohandling:
    """A co-handler's report; never bound to the epoch of the lead holder."""

    case_id: UUID
    cohandling_id: UUID
    completed: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReportUp(Seen):
    """Report to the upper unit; custody stays (情况上报)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AcknowledgeReport:
    """The upper unit has taken note."""

    case_id: UUID
    report_id: UUID


@dataclass(frozen=True, slots=True)
class ReferOut(Seen):
    """Refer the matter, or a part of it, to a body outside (移送、导入)."""

    outside_unit: str
    due_on: str
    letter_no: str
    ends: bool
    note: str


@dataclass(frozen=True, slots=True)
class RecordReferral(Seen):
    """What the body outside did: received, answered, declined."""

    referral_id: UUID
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class RecordAssignment(Seen):
    """A superior outside assigned the matter (上级交办)."""

    outside_unit: str
    their_no: str
    due_on: str
    report_owed: bool


@dataclass(frozen=True, slots=True)
class OpenConference:
    """Call a joint conference, which decides, or a coordination meeting, which prepares."""

    kind: str
    site: str
    case_ids: tuple[UUID, ...]
    units: tuple[str, ...]
    at: datetime
    chair: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a joint conference decided on one case."""

    case_id: UUID
    unit: str
    cohandlers: tuple[str, ...]
    lead_officer: str
    due_on: str
    grounds: str


@dataclass(frozen=True, slots=True)
class RecordConference:
    """Who came and what was decided; the minutes are sealed."""

    conference_id: UUID
    attended: tuple[str, ...]
    decisions: tuple[Decision, ...]
    minutes: str
