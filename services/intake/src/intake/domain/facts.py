"""What happened to a case, as it goes into the log: codes and ids, no personal data."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.words import Channel, Colour, Difficulty, Ending, Procedure, Purpose
from kernel.facts import Fact

REGISTERED = "intake.registered"
AMENDED = "intake.amended"
CONFIRMED = "intake.confirmed"
ACCEPTED = "intake.accepted"
COMPLETION_ASKED = "intake.completion_asked"
REFUSAL_PROPOSED = "intake.refusal_proposed"
REFUSED = "intake.refused"
REFUSAL_REJECTED = "intake.refusal_rejected"
ANSWERED = "intake.answered"
WITHDRAWAL_ASKED = "intake.withdrawal_asked"
WITHDRAWN = "intake.withdrawn"
WITHDRAWAL_REJECTED = "intake.withdrawal_rejected"
VOIDED = "intake.voided"
MERGED = "intake.merged"
MERGED_INTO = "intake.merged_into"
LINKED = "intake.linked"
GROUPED = "intake.grouped"
FOUND = "intake.found"
ATTACHED = "intake.attached"
CODE_REISSUED = "intake.code_reissued"
DOCUMENT_MADE = "intake.document_made"
SERVED = "intake.served"
FILE_NUMBERED = "intake.file_numbered"
SERVICE_OVERDUE = "intake.service_overdue"
INVITED = "intake.invited"
INVITATION_ANSWERED = "intake.invitation_answered"
INVITATION_WITHDRAWN = "intake.invitation_withdrawn"
INVITED_WORD = "intake.invited_word"
INVITED_PRESENCE = "intake.invited_presence"

KINDS = frozenset(
    {
        INVITED,
        INVITATION_ANSWERED,
        INVITATION_WITHDRAWN,
        INVITED_WORD,
        INVITED_PRESENCE,
        REGISTERED,
        AMENDED,
        CONFIRMED,
        ACCEPTED,
        COMPLETION_ASKED,
        REFUSAL_PROPOSED,
        REFUSED,
        REFUSAL_REJECTED,
        ANSWERED,
        WITHDRAWAL_ASKED,
        WITHDRAWN,
        WITHDRAWAL_REJECTED,
        VOIDED,
        MERGED,
        MERGED_INTO,
        LINKED,
        GROUPED,
        FOUND,
        ATTACHED,
        CODE_REISSUED,
        DOCUMENT_MADE,
        SERVED,
        FILE_NUMBERED,
        SERVICE_OVERDUE,
    }
)
TOLD = frozenset(
    {
        REGISTERED,
        AMENDED,
        ACCEPTED,
        COMPLETION_ASKED,
        REFUSED,
        ANSWERED,
        WITHDRAWAL_ASKED,
        WITHDRAWN,
        VOIDED,
        MERGED,
        FOUND,
        SERVED,
    }
)
"""Kinds a resident is told of when tracking. A proposal that may be rejected is not."""
SUBSTANTIVE = frozenset({REFUSED, ANSWERED, FOUND})
"""Acts that settle something, so that they break a circle (防空转)."""


@dataclass(frozen=True, slots=True)
class CaseRegistered:
    """A matter was registered; custody begins at epoch 1."""

    fact: Fact
    case_no: str
    path: str
    place_code: str
    category: str
    procedure: Procedure | None
    purpose: Purpose | None
    difficulty: Difficulty | None
    colour: Colour | None
    channel: Channel
    received_at: datetime
    registered_at: datetime
    backlog: bool
    urgent: bool
    sealed_for: str
    about_units: tuple[str, ...]
    regulation: str
    reachable: bool
    headcount: int
    litigation_related: bool


@dataclass(frozen=True, slots=True)
class CaseFactRecorded:
    """Anything later that goes into the log."""

    fact: Fact
    path: str
    state: str
    category: str
    procedure: Procedure | None
    difficulty: Difficulty | None
    colour: Colour | None
    ending: Ending | None
    effective_at: datetime
    purpose: Purpose | None = None
    place_code: str = ""
    litigation: bool = False

    @property
    def substantive(self) -> bool:
        """Whether it counts against circling."""
        return self.fact.kind in SUBSTANTIVE
