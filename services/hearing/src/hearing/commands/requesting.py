"""Asking for a hearing and deciding on it."""

from dataclasses import dataclass
from uuid import UUID

from hearing.commands.base import Seen
from hearing.domain.requesting import Needs
from hearing.domain.words import AskedBy, Ground, OverWhy


@dataclass(frozen=True, slots=True)
class RequestHearing:
    """Take a request; `seen.version` is 0 for a case that was never heard."""

    case_id: UUID
    seen: Seen
    asked_by: AskedBy
    triggers: tuple[str, ...]
    elsewhere: tuple[str, ...]
    needs: Needs
    reason: str


@dataclass(frozen=True, slots=True)
class AskHearing:
    """Take the request of a resident who proved himself."""

    case_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class DecideHearing:
    """Decide a request; without `needs` it is granted as it was asked for."""

    case_id: UUID
    seen: Seen
    granted: bool
    ground: Ground | None
    reason: str
    needs: Needs | None


@dataclass(frozen=True, slots=True)
class WithdrawHearing:
    """Take a request back."""

    case_id: UUID
    seen: Seen
    reason: str


@dataclass(frozen=True, slots=True)
class TakeBackHearing:
    """Take the own request back, by a resident who proved himself."""

    case_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CancelHearing:
    """Cancel a hearing."""

    case_id: UUID
    seen: Seen
    why: OverWhy
    reason: str


@dataclass(frozen=True, slots=True)
class LookAtDecision:
    """The last day to decide on the request of this case is over."""

    case_id: UUID
