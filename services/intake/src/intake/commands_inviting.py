"""Whom a reception invites, as a plain value; what is done then is `kernel.inviting`'s."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.commands import Seen
from kernel.inviting import Invited


@dataclass(frozen=True, slots=True)
class InviteToReception:
    """Somebody is to help at a reception."""

    case_id: UUID
    seen: Seen
    invited: Invited
    starts_at: datetime
    ends_at: datetime
    place: str
