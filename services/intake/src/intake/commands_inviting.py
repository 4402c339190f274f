"""What can be done with people invited to a reception, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.commands import Seen
from kernel.inviting import Act, Invited, Word


@dataclass(frozen=True, slots=True)
class InviteToReception:
    """Somebody is to help at a reception."""

    case_id: UUID
    seen: Seen
    invited: Invited
    starts_at: datetime
    ends_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class OnInvitation:
    """One invitation of a case."""

    case_id: UUID
    seen: Seen
    no: int


@dataclass(frozen=True, slots=True)
class RecordWord(OnInvitation):
    """What a party says of it."""

    word: Word


@dataclass(frozen=True, slots=True)
class Answer(OnInvitation):
    """What the invited person says; with `undertaking`, the version of what is undertaken."""

    act: Act
    undertaking: str


@dataclass(frozen=True, slots=True)
class RecordPresence(OnInvitation):
    """Whether the person was there."""

    came: bool
