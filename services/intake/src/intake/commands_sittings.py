"""What intake can be asked about sittings, as plain values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec


class Attendee(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the staff who was there."""

    unit: str
    post: str
    name: str
    presides: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of a sitting."""

    place: str = ""
    attendees: tuple[Attendee, ...] = ()
    why: str = ""


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of minutes."""

    text: str
    signed_by: tuple[str, ...]
    signed_on: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallSitting:
    """A sitting is called for a day."""

    unit: str
    path: str
    on_day: date
    begins: str
    ends: str
    place: str


@dataclass(frozen=True, slots=True)
class CancelSitting:
    """It will not be held."""

    sitting_id: UUID
    version: int
    why: str


@dataclass(frozen=True, slots=True)
class HoldSitting:
    """It was held, and who was there; `residents` None when they were not counted."""

    sitting_id: UUID
    version: int
    attendees: tuple[Attendee, ...]
    residents: int | None


@dataclass(frozen=True, slots=True)
class AddMatters:
    """Matters of it; the caller may know of each."""

    sitting_id: UUID
    case_ids: tuple[UUID, ...]
    registered_there: bool


@dataclass(frozen=True, slots=True)
class SignMinutes:
    """Minutes as they were signed; `why` they are amended."""

    sitting_id: UUID
    version: int
    minutes: Minutes
