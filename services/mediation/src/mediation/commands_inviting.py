"""Whom a session invites, as a plain value; what is done then is `kernel.inviting`'s."""

from dataclasses import dataclass
from uuid import UUID

from kernel.inviting import Invited
from mediation.commands_casework import OnCase


@dataclass(frozen=True, slots=True)
class InviteToSession(OnCase):
    """Somebody is to help at a session."""

    session_id: UUID
    invited: Invited
