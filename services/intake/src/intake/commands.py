"""What intake can be asked to do, as plain values; made in `convert`, done in `handlers`."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from intake.domain.matter import PartyDraft
from intake.domain.refusals import RefusalKind
from intake.domain.words import (
    Colour,
    Difficulty,
    Finding,
    IdentityCheck,
    LinkKind,
    Mandate,
    Procedure,
    VoidReason,
)
from kernel import holding

Seen = holding.Seen
"""What the caller saw before it wrote."""


@dataclass(frozen=True, slots=True)
class AmendCase:
    """New values for a case; None and empty stay as they are."""

    case_id: UUID
    seen: Seen
    why: str
    narrative: str | None = None
    place_code: str | None = None
    place_text: str | None = None
    category: str | None = None
    add_requests: tuple[str, ...] = ()
    add_parties: tuple[PartyDraft, ...] = ()
    change_parties: tuple[PartyDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmSuggestions:
    """A person's decisions on what was suggested, `(field, value)` each."""

    case_id: UUID
    seen: Seen
    decisions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """Acceptance under a procedure; None keeps what was proposed or confirmed before."""

    case_id: UUID
    seen: Seen
    procedure: Procedure
    category: str = ""
    difficulty: Difficulty | None = None
    colour: Colour | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefuseCase:
    """A proposed refusal, or a request for completion (待补正)."""

    case_id: UUID
    seen: Seen
    kind: RefusalKind
    grounds: str
    route: str = ""
    accepted_case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DecideRefusal:
    """The second person's decision."""

    case_id: UUID
    seen: Seen
    approved: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class AnswerOnTheSpot:
    """What was answered at the counter; it ends the case."""

    case_id: UUID
    seen: Seen
    answer: str
    settled: bool


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """The resident's wish."""

    case_id: UUID
    seen: Seen
    why: str


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal:
    """What the resident said when asked by somebody other than the handler."""

    case_id: UUID
    seen: Seen
    confirmed: bool


@dataclass(frozen=True, slots=True)
class VoidCase:
    """The registration was a mistake."""

    case_id: UUID
    seen: Seen
    why: VoidReason


@dataclass(frozen=True, slots=True)
class MergeCases:
    """One case ends in another."""

    from_id: UUID
    from_seen: Seen
    into_id: UUID
    into_seen: Seen


@dataclass(frozen=True, slots=True)
class LinkCases:
    """Two cases belong together."""

    case_id: UUID
    seen: Seen
    other_id: UUID
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A collective matter: representatives with a mandate, members with codes of their own."""

    case_id: UUID
    seen: Seen
    headcount: int
    representatives: tuple[PartyDraft, ...]
    members: tuple[PartyDraft, ...]
    mandate: Mandate | None
    case_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class AddFinding:
    """What came of one request."""

    case_id: UUID
    seen: Seen
    request_no: int
    finding: Finding
    answer: str


@dataclass(frozen=True, slots=True)
class ReissueCode:
    """A new query code after an identity check."""

    case_id: UUID
    party_id: UUID | None
    check: IdentityCheck


@dataclass(frozen=True, slots=True)
class MarkReported:
    """Results that were reported back to their source systems."""

    case_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RecordRead:
    """Somebody is about to read personal fields, or headers that are on record too."""

    case_id: UUID | None
    method: str
    fields: str
    why: str


@dataclass(frozen=True, slots=True)
class BeginUpload:
    """A file is about to arrive; `name` is what it was called."""

    case_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """So many bytes of a file have been stored; `whole` once its content was checked."""

    case_id: UUID
    sha256: str
    received: int
    whole: bool = field(default=False)
