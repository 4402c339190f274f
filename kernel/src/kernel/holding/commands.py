"""What routing asks of a service about one case during a hand-over."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Release:
    """Lock the case under the hand-over's id."""

    handoff_id: UUID
    case_id: UUID
    epoch: int


@dataclass(frozen=True, slots=True)
class Released:
    """The answer, the same for ever."""

    released: bool
    last_fact_no: int
    reason: str


@dataclass(frozen=True, slots=True)
class Keep:
    """The hand-over came to nothing; `unit` goes on at `epoch`."""

    handoff_id: UUID
    case_id: UUID
    epoch: int
    unit: str
    path: str


@dataclass(frozen=True, slots=True)
class ExportPart:
    """Hand the part of a case out, while it is locked under the hand-over's id."""

    handoff_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class EndGrant:
    """The case has ended in this epoch."""

    case_id: UUID
    epoch: int
    ending: str


@dataclass(frozen=True, slots=True)
class ImportPart(Generic[P]):
    """A part and the grant that comes with it; `part` None when the sender had none.

    `handoff_id` is None for the grant of a registration.
    """

    handoff_id: UUID | None
    case_id: UUID
    epoch: int
    unit: str
    path: str
    part: P | None
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnterLife:
    """The node lives in incarnation `number`, `restored` or begun anew."""

    number: int
    life: UUID
    restored: bool


@dataclass(frozen=True, slots=True)
class NoteCustody:
    """Custody of a case as routing sees it: held, releasing, out or ended, and with what ending."""

    case_id: UUID
    epoch: int
    state: str
    holder_unit: str
    holder_path: str
    readers: tuple[str, ...] = ()
    ending: str = ""


class Life(Protocol):
    """The node lives in incarnation `number` with the id `life`, `restored` or begun anew."""

    @property
    def number(self) -> int:
        """Which life."""
        ...

    @property
    def life(self) -> UUID:
        """Its id."""
        ...

    @property
    def restored(self) -> bool:
        """Whether it began with a restore."""
        ...
