"""What somebody wants to see of a worklist."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from routing.domain.words import State

NOT_ENDED = (State.HELD.value, State.RELEASING.value, State.OUT.value)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which cases; empty and None do not narrow. `path` is a whole path: the site and below it."""

    unit: str = ""
    path: str = ""
    states: tuple[str, ...] = NOT_ENDED
    colour: str = ""
    progress: str = ""
    category: str = ""
    clock: str = ""
    overdue: bool = False
    to_sign: bool = False
    backlog: bool | None = None
    handler: str = ""
    frozen: bool = False
    lead_officer: str = ""
    pending: bool = False


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended: lists go by registration, newest first."""

    registered_at: datetime
    case_id: UUID
