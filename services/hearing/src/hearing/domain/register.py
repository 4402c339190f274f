"""Rooms and people that hearings are set with, by codes and ids."""

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from hearing.domain.hours import USUAL
from kernel.divisions import Division


class PersonKind(Enum):
    """As what somebody may take part."""

    DEPUTY = "deputy"
    COMMITTEE_MEMBER = "committee_member"
    SCHOLAR = "scholar"
    LAWYER = "lawyer"
    RESIDENT = "resident"
    CHAIR = "chair"
    RECORDER = "recorder"
    REPRESENTATIVE = "representative"


PANEL = frozenset(
    {
        PersonKind.DEPUTY,
        PersonKind.COMMITTEE_MEMBER,
        PersonKind.SCHOLAR,
        PersonKind.LAWYER,
        PersonKind.RESIDENT,
    }
)
"""The kinds that a panel (听证评议员) is drawn from."""


class RoomUse(Enum):
    """Who may book a room."""

    OWN = "own"  # units of its site
    BELOW = "below"  # those, and units of sites below
    NODE = "node"


class OwnerKind(Enum):
    """Whose calendar it is."""

    ROOM = "room"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the register has it; hours in minutes after midnight."""

    room_id: UUID
    unit: str
    site: str
    path: str
    name: str
    capacity: int
    opens: int
    closes: int
    equipment: frozenset[str] = frozenset()
    online: bool = False
    use: RoomUse = RoomUse.OWN
    ended: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the register has him; name and contact are sealed under the node's key."""

    person_id: UUID
    unit: str
    path: str
    kinds: frozenset[PersonKind]
    name: str = field(repr=False)
    contact: str = field(default="", repr=False)
    staff: str = ""
    fields: frozenset[str] = frozenset()
    department: str = ""
    stand_in: int = 0
    ties: frozenset[str] = frozenset()
    hours: tuple[int, int] = USUAL
    ended: bool = False
    number: str = ""


def may_use(use: RoomUse, room_path: str, path: str) -> bool:
    """Whether a unit at `path` may book a room at `room_path`."""
    if use is RoomUse.NODE:
        return True
    if use is RoomUse.BELOW:
        return Division.from_path(path).is_within(Division.from_path(room_path))
    return path == room_path
