"""What people ask of the register and its calendars, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hearing.domain.hours import Shift
from hearing.domain.register import Person, Room


@dataclass(frozen=True, slots=True)
class KeepRooms:
    """Rooms as they are told now."""

    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class KeepPersons:
    """People as they are told now."""

    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Minutes between two sites, with the paths of both; 0 takes it out."""

    one: str
    other: str
    minutes: int
    paths: tuple[str, str]


@dataclass(frozen=True, slots=True)
class KeepTravel:
    """Ways as they are told now."""

    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ImportCalendar:
    """Busy times from `first` to `last` in place of what came from that source before."""

    owner_id: UUID
    source: str
    busy: tuple[tuple[datetime, datetime], ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class KeepHours:
    """Weekdays with hours of their own, in place of those before."""

    owner_id: UUID
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class KeepAbsence:
    """An owner is away."""

    owner_id: UUID
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class DropAbsence:
    """An absence is taken back."""

    owner_id: UUID
    uid: str


@dataclass(frozen=True, slots=True)
class LookAtPeople:
    """Names or contacts of people are about to be shown."""

    method: str
    fields: str
    why: str = ""
