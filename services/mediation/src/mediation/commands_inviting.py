"""What can be done with people invited to a session, as plain values."""

from dataclasses import dataclass
from uuid import UUID

from kernel.inviting import Act, Invited, Word
from mediation.commands_casework import OnCase


@dataclass(frozen=True, slots=True)
class InviteToSession(OnCase):
    """Somebody is to help at a session."""

    session_id: UUID
    invited: Invited


@dataclass(frozen=True, slots=True)
class OnInvitation(OnCase):
    """One invitation of a case."""

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
