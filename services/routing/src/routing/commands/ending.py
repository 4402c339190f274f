"""Commands that end a case, reopen it, or place it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as the caller saw it."""

    case_id: UUID
    epoch: int
    version: int


@dataclass(frozen=True, slots=True)
class CloseCase(Seen):
    """End the case with its ending (办结)."""

    ending: str
    grounds: str
    note: str = ""
    review_route_told: bool = False


@dataclass(frozen=True, slots=True)
class DecideClosing(Seen):
    """A second person's decision on a proposed ending."""

    approved: bool
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class ReopenCase(Seen):
    """Go on with an ended case, on new facts, by a person's judgement."""

    grounds: str


@dataclass(frozen=True, slots=True)
class ConfirmPlacement(Seen):
    """A person's decision on the proposed placement; the holder itself keeps the case here."""

    unit: str
