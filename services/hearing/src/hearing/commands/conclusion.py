"""What can be done once the panel confers, and after it concluded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.session_words import Opinion, ReadOut, ServiceMethod


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """What one member of the panel holds, with reasons; sealed until all gave theirs."""

    case_id: UUID
    seen: Seen
    member_no: int
    opinion: Opinion
    reasons: str


@dataclass(frozen=True, slots=True)
class Conclude:
    """The texts of the conclusion; what it holds is computed from the opinions."""

    case_id: UUID
    seen: Seen
    read_out: ReadOut
    found: str
    reasons: str
    text: str


@dataclass(frozen=True, slots=True)
class ServeConclusion:
    """One service on one party, with its proof; a wrong entry is corrected by another."""

    case_id: UUID
    seen: Seen
    party_id: UUID
    through_id: UUID | None
    method: ServiceMethod
    served_on: date
    served_by: str
    receipt_no: str
    note: str
    corrects: int | None


@dataclass(frozen=True, slots=True)
class NoteConsent:
    """A party's written word on publication."""

    case_id: UUID
    seen: Seen
    party_id: UUID
    given: bool
    on_day: date
    paper: str


@dataclass(frozen=True, slots=True)
class ProposePublication:
    """The anonymised text as it is to appear, and until when."""

    case_id: UUID
    seen: Seen
    text: str
    take_down_on: date


@dataclass(frozen=True, slots=True)
class DecidePublication:
    """The second person's word on the preview."""

    case_id: UUID
    seen: Seen
    publication_no: int
    approved: bool


@dataclass(frozen=True, slots=True)
class TakeDown:
    """It is not shown any more."""

    case_id: UUID
    seen: Seen
    publication_no: int


@dataclass(frozen=True, slots=True)
class LookAtConclusion:
    """A day of a conclusion or publication of this case has come."""

    case_id: UUID
