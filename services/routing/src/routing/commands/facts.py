"""What the services of the node tell routing about a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

HEARING_BEGINS, HEARING_OVER = "begins", "over"
"""What a fact may say of a hearing whose days a clock does not count."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a service as it goes into the case log; no personal data."""

    service: str
    fact_no: int
    kind: str
    case_id: UUID
    epoch: int
    unit: str
    actor: str
    at: datetime
    body: Mapping[str, str]
    commitments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TakeUpRegistration:
    """Intake registered a case: custody begins at epoch 1."""

    fact: Fact
    case_no: str
    unit: str
    path: str
    place_code: str
    category: str
    procedure: str
    purpose: str
    difficulty: str
    colour: str
    channel: str
    received_at: datetime
    registered_at: datetime
    backlog: bool
    urgent: bool
    sealed_for: str
    about_units: tuple[str, ...]
    regulation: str
    reachable: bool
    headcount: int
    litigation: bool


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """A call-back or an evaluation of the answer given in `epoch`; codes only."""

    case_id: UUID
    epoch: int
    kind: str
    unit: str
    actor: str
    result: str = ""
    performance: str = ""


@dataclass(frozen=True, slots=True)
class RecordFact:
    """A later fact; what it says of the matter is so after it, empty where it says nothing."""

    fact: Fact
    category: str = ""
    procedure: str = ""
    difficulty: str = ""
    colour: str = ""
    ending: str = ""
    effective_at: datetime | None = None
    substantive: bool = False
    purpose: str = ""
    place_code: str = ""
    litigation: bool | None = None
    hearing: str = ""
    """HEARING_BEGINS when one was granted, HEARING_OVER when it came to its end."""
