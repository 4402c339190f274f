"""What an invited person sees of a mediation: the kernel's one rule, asked with what is on file."""

from collections.abc import Iterable
from datetime import datetime

from kernel.inviting import Invitation, Meeting, Sight, Standing, agreed
from mediation.domain.words import SessionState
from mediation.office import Office
from mediation.storage.inviting import Own


def sights(found: Iterable[Own], office: Office, now: datetime) -> list[Sight[Own]]:
    """What each invitation shows now."""
    return [_sight(own, office, now) for own in found]


def _sight(own: Own, office: Office, now: datetime) -> Sight[Own]:
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
        tied=office.directory().belongs_to(own.row["unit"], own.units),
    )
    return Sight.of(own, own.row["no"], (invitation, meeting, days), now)
