"""What mediation can be asked to do, as plain values; made in `convert`, done in `handlers`."""

from dataclasses import dataclass
from uuid import UUID

from kernel import holding
from mediation.domain.words import MediationKind

Seen = holding.Seen
"""What the caller saw before it wrote."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing knows of a case that is to be mediated."""

    case_no: str
    procedure: str
    category: str
    accepted: bool
    regulation: str
    registering_unit: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class OpenMediation:
    """Open the mediation of a case that was seen at an epoch."""

    case_id: UUID
    epoch: int
    kind: MediationKind
    note: str


@dataclass(frozen=True, slots=True)
class RecordRead:
    """Content is about to be read."""

    case_id: UUID
    method: str
    why: str
