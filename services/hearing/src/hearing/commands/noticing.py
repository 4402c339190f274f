"""What is taken down of notices and of objections to the panel."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.notice_words import How, ObjectionGround


@dataclass(frozen=True, slots=True)
class AcknowledgeNotice:
    """What somebody was told has reached him."""

    case_id: UUID
    seen: Seen
    recipient: UUID
    how: How
    on_day: date


@dataclass(frozen=True, slots=True)
class AcknowledgeOwn:
    """The caller was told of the hearing of the case with this number."""

    case_no: str


@dataclass(frozen=True, slots=True)
class ObjectToMember:
    """A party does not accept somebody of the list."""

    case_id: UUID
    seen: Seen
    party_id: UUID
    member_no: int
    ground: ObjectionGround
    on_day: date
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """A person's decision; `person_id` takes the place of a member who goes."""

    case_id: UUID
    seen: Seen
    objection_no: int
    upheld: bool
    person_id: UUID | None
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookAtNotices:
    """Answers to notices of this case are waited for no longer."""

    case_id: UUID
