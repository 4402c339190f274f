"""What mediation tells the node."""

from dataclasses import dataclass

from kernel.facts import Fact
from mediation.domain.words import MediationKind


@dataclass(frozen=True, slots=True)
class MediationFactRecorded:
    """Anything that goes into the log."""

    fact: Fact
    path: str
    state: str
    kind: MediationKind
