"""What an invited person sees of a mediation: the kernel's one rule, asked with what is on file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kernel.inviting import Invitation, Meeting, Shut, Standing, agreed, shut
from mediation.domain.words import SessionState
from mediation.office import Office
from mediation.storage.inviting import Own


@dataclass(frozen=True, slots=True)
class Sight:
    """An own invitation, why it shows nothing (None: it shows its matter), and until when."""

    own: Own
    shut: Shut | None
    until: datetime


def sights(found: Iterable[Own], office: Office, now: datetime) -> list[Sight]:
    """What each invitation shows now."""
    return [_sight(own, office, now) for own in found]


def _sight(own: Own, office: Office, now: datetime) -> Sight:
    rules = office.profile_of(own.mediation["regulation"]).rules.inviting
    days = rules.sight_days_after
    meeting = Meeting(
        own.session["ends_at"],
        own.session["held_at"],
        called_off=own.session["state"] == SessionState.CANCELLED.value,
    )
    invitation = Invitation(
        Standing(own.row["standing"]),
        here=own.here,
        agreed=agreed(own.called, own.said, needed=rules.consent_to_session),
    )
    return Sight(own, shut(invitation, meeting, days, now), meeting.seen_until(days))
