"""Commands that keep a hearing to what is registered of its matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.matter import Registration
from hearing.domain.openness import Ground


@dataclass(frozen=True, slots=True)
class NoteRegistration:
    """What intake says now of a case, and of those that are heard along."""

    case_id: UUID
    registrations: Mapping[UUID, Registration]


@dataclass(frozen=True, slots=True)
class HoldInPrivate:
    """Not in public; `ground` None leaves it to the registration."""

    case_id: UUID
    seen: Seen
    ground: Ground | None
