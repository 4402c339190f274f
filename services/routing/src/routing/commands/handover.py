"""Commands of hand-over, from people and from the neighbouring nodes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from routing.domain.parcel import Parcel, PartContent
from routing.domain.words import Kind


@dataclass(frozen=True, slots=True)
class BeginHandover:
    """A person hands a case on. `epoch` and `version` are what the person saw."""

    case_id: UUID
    epoch: int
    version: int
    kind: Kind
    to_unit: str
    reason: str
    note: str = ""
    due_on: str = ""
    second_person: bool = False


@dataclass(frozen=True, slots=True)
class ServiceSaid:
    """A service's answer to Release."""

    service: str
    released: bool
    last_fact_no: int
    reason: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """What the services answered to Release, and their parts, exported while they are locked."""

    handoff_id: UUID
    said: tuple[ServiceSaid, ...]
    parts: tuple[PartContent, ...]


@dataclass(frozen=True, slots=True)
class HandoffStep:
    """A step that needs nothing but the hand-over: a confirmation, a keep, files across."""

    handoff_id: UUID
    service: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """Services that stored their part of a received case and may write."""

    handoff_id: UUID
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TryFailed:
    """A step's network call failed; it is tried again at `next_try_at`."""

    handoff_id: UUID
    reason: str
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiveParcel:
    """A parcel that came over a link; `from_node` is the proven peer."""

    from_node: str
    parcel: Parcel
    deliver: bool  # True: Deliver of a child; False: the answer to our Claim


@dataclass(frozen=True, slots=True)
class PeerCall:
    """Claim, Confirm or Cancel of a child; `case_id` and `epoch` are known for Cancel only."""

    from_node: str
    handoff_id: UUID
    case_id: UUID | None = None
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class HearOffer:
    """The parent offers a case."""

    from_node: str
    handoff_id: UUID
    case_id: UUID
    epoch: int
    to_unit: str


@dataclass(frozen=True, slots=True)
class HearAnswer:
    """The peer's answer to Deliver, Cancel or Claim: RECEIVED, VOID, REFUSED or GONE."""

    handoff_id: UUID
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """Take an unclaimed hand-over back (收回)."""

    case_id: UUID
    handoff_id: UUID


@dataclass(frozen=True, slots=True)
class SignFor:
    """Sign for a received case (签收)."""

    case_id: UUID
    epoch: int
    version: int
    handoff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """Object to a received case (异议)."""

    case_id: UUID
    epoch: int
    version: int
    grounds: str
    note: str = ""
    proposes: str = ""
    handoff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DecideObjection:
    """The sender's decision on an objection."""

    case_id: UUID
    handoff_id: UUID
    upheld: bool
    grounds: str


@dataclass(frozen=True, slots=True)
class Designate:
    """The common superior's binding designation (指定办理)."""

    case_id: UUID
    unit: str
    grounds: str
    cohandlers: tuple[str, ...] = ()
    conference_id: str = ""
    due_on: str = ""
