"""What each side of a matter is told when it tracks: the stages, and the sessions it is called to.

The other side learns where the matter stands, never what the applicant asked, added or was
answered; nobody learns who else is called to a session.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.domain import facts
from intake.domain.tracking import LIMITATION, Step
from intake.domain.words import PartyRole

OTHER_SIDE = frozenset({PartyRole.RESPONDENT, PartyRole.CONCERNED, PartyRole.AGENT})
"""Roles that are told the stages only; members of a group read as those who speak for them."""
STAGES = frozenset(
    {
        facts.REGISTERED,
        facts.ACCEPTED,
        facts.REFUSED,
        facts.WITHDRAWN,
        facts.VOIDED,
        facts.MERGED,
        "mediation.opened",
        "mediation.refused",
        "mediation.kind_switched",
        "mediation.assigned",
        "mediation.session_scheduled",
        "mediation.session_cancelled",
        "mediation.session_held",
        "mediation.agreement_in_force",
        "mediation.performed",
        "mediation.defaulted",
        "mediation.confirmation",
        "mediation.failed",
        "mediation.mediated_again",
        "mediation.withdrawn",
        "mediation.closed",
        "mediation.reopened",
        LIMITATION,
        "hearing.decided",
        "hearing.withdrawn",
        "hearing.cancelled",
        "hearing.confirmed",
        "hearing.moved",
        "hearing.postponed",
        "hearing.opened",
        "hearing.adjourned",
        "hearing.conferring",
        "hearing.concluded",
        "hearing.served",
    }
)
MOVES = ("handover.", "custody.", "conference.", "lead.", "cohandling.")
"""Beginnings of the kinds of steps that say who handles the matter."""
SCHEDULED = "mediation.session_scheduled"
OVER = frozenset({"mediation.session_cancelled", "mediation.session_held"})
CALLED_OFF = "sessions_cancelled"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A session that a party is called to."""

    session: str
    kind: str
    unit: str
    starts_at: datetime
    ends_at: datetime


def for_other_side(steps: Iterable[Step]) -> list[Step]:
    """The steps that the other side is told of."""
    return [one for one in steps if one.kind in STAGES or one.kind.startswith(MOVES)]


def invitations(
    told: Sequence[Mapping[Any, Any]], party_id: UUID, now: datetime
) -> list[Invitation]:
    """Sessions that this party is called to and that are not over, soonest first."""
    said = [(row, json.loads(row["body"])) for row in told]
    off = {body.get("session", "") for row, body in said if row["kind"] in OVER}
    off |= {one for _, body in said for one in body.get(CALLED_OFF, "").split()}
    found = [
        _invitation(row, body)
        for row, body in said
        if row["kind"] == SCHEDULED and str(party_id) in body.get("parties", "").split()
    ]
    coming = [one for one in found if one.session not in off and one.ends_at > now]
    return sorted(coming, key=lambda one: one.starts_at)


def _invitation(row: Mapping[Any, Any], body: Mapping[str, str]) -> Invitation:
    return Invitation(
        body["session"],
        body["kind"],
        row["unit"],
        datetime.fromisoformat(body["starts_at"]),
        datetime.fromisoformat(body["ends_at"]),
    )
