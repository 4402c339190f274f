"""Rooms and people as a plan sees them, with what keeps them busy."""

from dataclasses import dataclass

from hearing.scheduling.plan.problem import Person, Room, Travel


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody of the register: as what he takes part, and when he can."""

    person: Person
    staff: str = ""
    unit: str = ""
    chairs: bool = False
    records: bool = False
    department: str = ""
    stand_in: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """Rooms that may be booked and people who take part, with what keeps them busy."""

    rooms: tuple[Room, ...]
    entries: tuple[Entry, ...]
    travel: tuple[Travel, ...] = ()
