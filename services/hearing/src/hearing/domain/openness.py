"""Why a matter is not heard in public: by what is registered, or because a person says so.

反家庭暴力法 5; minors, names withheld, secrets and privacy by the local rules of hearings.
"""

from enum import Enum

from hearing.domain.matter import Registration

FLAG_OF_VIOLENCE = "family_violence"


class Ground(Enum):
    """A reason to hear it behind closed doors."""

    MINOR = "minor"  # one who takes part is a minor
    FAMILY_VIOLENCE = "family_violence"
    NAME_WITHHELD = "name_withheld"  # anonymous, or known to the office alone
    STATE_SECRET = "state_secret"  # noqa: S105 (a kind of matter)
    TRADE_SECRET = "trade_secret"  # noqa: S105 (likewise)
    PRIVACY = "privacy"


BY_PERSON = frozenset({Ground.STATE_SECRET, Ground.TRADE_SECRET, Ground.PRIVACY})
"""What no registration says, and a person may."""


def grounds_of(registration: Registration) -> tuple[Ground, ...]:
    """Why this matter is never heard in public by what is registered; empty when it may be."""
    found = {
        Ground.MINOR: any(party.minor for party in registration.parties),
        Ground.FAMILY_VIOLENCE: FLAG_OF_VIOLENCE in registration.flags,
        Ground.NAME_WITHHELD: not registration.named,
    }
    return tuple(ground for ground, holds in found.items() if holds)
