"""What hearing tells the node."""

from dataclasses import dataclass
from uuid import UUID

from kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class HearingFactRecorded:
    """Anything that goes into the log: of which hearing, and where that stands now."""

    fact: Fact
    path: str
    state: str
    number: int
    hearing_id: UUID
