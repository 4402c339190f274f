"""What becomes of a proposal of the solver."""

from datetime import datetime, timedelta
from enum import Enum

KEPT_FOR = timedelta(days=90)
"""For how long a proposal is kept after it was asked for (ADR 0105)."""


class ProposalState(Enum):
    """Where a proposal stands."""

    WORKING = "working"
    PROPOSED = "proposed"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"  # neither a plan nor a proof that there is none, in the time
    LOST = "lost"  # the work broke off; nothing was set


def standing(state: str, lost_at: datetime, now: datetime) -> ProposalState:
    """The state now: work that has not answered by `lost_at` broke off with its process."""
    found = ProposalState(state)
    over = found is ProposalState.WORKING and now >= lost_at
    return ProposalState.LOST if over else found
