"""What an invited person sees of a registration: the kernel's one rule, asked with what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.office import Office
from intake.storage.inviting import Own
from kernel.inviting import Invitation, Meeting, Shut, Standing, agreed, shut


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
    rules = office.profile.rules.inviting
    standing = Standing(own.row["standing"])
    held_at = own.row["noted_at"] if standing is Standing.CAME else None
    meeting = Meeting(own.row["ends_at"], held_at)
    consent = agreed(own.received, own.said, needed=rules.consent_to_reception)
    invitation = Invitation(standing, here=own.here, agreed=consent)
    days = rules.sight_days_after
    return Sight(own, shut(invitation, meeting, days, now), meeting.seen_until(days))
