"""What can be done with an invitation once it was made, as plain values; and what came of one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.holding import Seen, Stamp
from kernel.inviting.words import Act


@dataclass(frozen=True, slots=True)
class Word:
    """What a party said of somebody being there."""

    party_id: UUID
    given: bool
    on_day: date


@dataclass(frozen=True, slots=True)
class OnInvitation:
    """One invitation of a case, with what the caller saw of the case."""

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


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the case stands after somebody was invited, and the number of the invitation."""

    stamp: Stamp
    no: int
