"""What can be done on the hearing day. An attendee is `member:NO` or `party:ID`."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.session_words import Came, EvidenceKind, Signing, Stage
from hearing.domain.words import OverWhy


@dataclass(frozen=True, slots=True)
class OpenHearing:
    """Everybody who was called, with what came of it; who should step back was asked."""

    case_id: UUID
    seen: Seen
    came: Mapping[str, Came]
    recusal_asked: bool


@dataclass(frozen=True, slots=True)
class NoteAttendance:
    """Somebody comes later, or leaves."""

    case_id: UUID
    seen: Seen
    came: Mapping[str, Came]


@dataclass(frozen=True, slots=True)
class RecuseMember:
    """回避, asked for at the opening and decided there; a reserve who is there may take over."""

    case_id: UUID
    seen: Seen
    member_no: int
    attendee: str
    upheld: bool
    reasons: str
    reserve_no: int | None = None


@dataclass(frozen=True, slots=True)
class TakeStage:
    """The next stage begins."""

    case_id: UUID
    seen: Seen
    stage: Stage


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """A piece of evidence, what it shows, what the others say of it."""

    case_id: UUID
    seen: Seen
    attendee: str
    kind: EvidenceKind
    original: bool
    title: str
    shows: str
    answered: str


@dataclass(frozen=True, slots=True)
class AddStatement:
    """What somebody said in the stage that runs."""

    case_id: UUID
    seen: Seen
    attendee: str
    text: str


@dataclass(frozen=True, slots=True)
class KeepMinutes:
    """A version of the minutes (听证笔录)."""

    case_id: UUID
    seen: Seen
    text: str


@dataclass(frozen=True, slots=True)
class SignMinutes:
    """Hands under the newest version, or who refuses and why."""

    case_id: UUID
    seen: Seen
    version_no: int
    attendees: tuple[str, ...]
    signing: Signing
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Postpone:
    """It is held another day; everybody who was called is told."""

    case_id: UUID
    seen: Seen
    reason: str


@dataclass(frozen=True, slots=True)
class Adjourn:
    """It stops here and goes on another day."""

    case_id: UUID
    seen: Seen
    reason: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """It is not held, or not to its end."""

    case_id: UUID
    seen: Seen
    why: OverWhy
    reason: str


@dataclass(frozen=True, slots=True)
class Confer:
    """Everybody had the last word: the panel withdraws."""

    case_id: UUID
    seen: Seen


@dataclass(frozen=True, slots=True)
class Join:
    """Heard together with the hearing of another case, which leads."""

    case_id: UUID
    seen: Seen
    leader: UUID


@dataclass(frozen=True, slots=True)
class Leave:
    """Heard by itself again."""

    case_id: UUID
    seen: Seen
