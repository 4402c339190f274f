"""What an invited person sees of a registration: the kernel's one rule, asked with what is kept."""

from collections.abc import Iterable
from datetime import datetime

from intake.office import Office
from intake.storage.inviting import Own
from kernel.inviting import Invitation, Meeting, Sight, Standing, agreed


def sights(found: Iterable[Own], office: Office, now: datetime) -> list[Sight[Own]]:
    """What each invitation shows now."""
    return [_sight(own, office, now) for own in found]


def _sight(own: Own, office: Office, now: datetime) -> Sight[Own]:
    rules = office.profile_of(own.case["regulation"]).rules.inviting
    standing = Standing(own.row["standing"])
    held_at = own.row["noted_at"] if standing is Standing.CAME else None
    meeting = Meeting(own.row["ends_at"], held_at)
    consent = agreed(own.received, own.said, needed=rules.consent_to_reception)
    tied = office.directory().belongs_to(own.row["unit"], own.units)
    invitation = Invitation(standing, here=own.here, agreed=consent, tied=tied)
    days = rules.sight_days_after
    return Sight.of(own, own.row["no"], (invitation, meeting, days), now)
