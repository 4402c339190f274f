"""What a service says happened to a case, as it goes into the log: codes and ids only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry to be. `fact_no` counts within service and case, from 1."""

    event_id: UUID
    fact_no: int
    kind: str
    case_id: UUID
    epoch: int
    unit: str
    actor: str
    at: datetime
    body: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)
