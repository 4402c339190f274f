"""Commands of rating, leading and supervising cases, and of their clocks."""

from dataclasses import dataclass
from uuid import UUID

from routing.commands.ending import Seen


@dataclass(frozen=True, slots=True)
class RateCase(Seen):
    """Colour, class and difficulty of the matter; empty stays as it is."""

    colour: str
    progress: str
    difficulty: str
    grounds: str


@dataclass(frozen=True, slots=True)
class SetLead:
    """Name the officer in charge (包案领导); an empty officer relieves the present one."""

    case_id: UUID
    officer: str
    grounds: str


@dataclass(frozen=True, slots=True)
class AssignHandler(Seen):
    """Name the person in the holder unit who handles the case (承办人); empty takes it away."""

    staff_id: str


@dataclass(frozen=True, slots=True)
class Supervise:
    """Remind, urge, supervise or list (提醒、催办、督办、挂牌督办)."""

    case_id: UUID
    level: str
    grounds: str
    due_on: str
    talk: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSupervision:
    """The unit's answer; the text is sealed."""

    case_id: UUID
    supervision_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class CloseSupervision:
    """The supervisor accepts the answer, or sends it back."""

    case_id: UUID
    supervision_id: UUID
    accepted: bool


@dataclass(frozen=True, slots=True)
class ExtendClock(Seen):
    """Ask for more days on a clock, with the reason."""

    clock: str
    days: int
    grounds: str


@dataclass(frozen=True, slots=True)
class DecideExtension(Seen):
    """The head's decision."""

    extension_id: UUID
    approved: bool
    resident_told: bool


@dataclass(frozen=True, slots=True)
class SuspendClock(Seen):
    """Stop a clock from today until a day to look again (挂起)."""

    clock: str
    grounds: str
    article: str
    look_again_on: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class ResumeClock(Seen):
    """Let a suspended clock go on from today."""

    clock: str
