"""Duties to report that a registration suggests; a person reports, or says why there is none."""

from mediation.domain.registration import Registration
from mediation.domain.words import Duty

BY_FLAG: dict[str, Duty] = {
    "police_duty": Duty.POLICE,  # 人民调解法 25
    "minor": Duty.MINOR,  # 未成年人保护法 11
    "family_violence": Duty.FAMILY_VIOLENCE,  # 反家庭暴力法 14
}
"""Flags that the words of the registration gave."""
BY_CATEGORY: dict[str, Duty] = {"public_order": Duty.POLICE}
MINORS_AT_RISK = frozenset({"marriage_family", "damages", "education", "safety", "public_order"})
"""Categories in which a minor who takes part may have come to harm."""
MINOR_TAKES_PART = "party:minor"


def suggested(registration: Registration) -> dict[Duty, tuple[str, ...]]:
    """Duties that the registration suggests, each with the codes of its grounds."""
    found: dict[Duty, list[str]] = {}
    for flag in sorted(registration.flags & BY_FLAG.keys()):
        found.setdefault(BY_FLAG[flag], []).append(f"flag:{flag}")
    if registration.category in BY_CATEGORY:
        by = BY_CATEGORY[registration.category]
        found.setdefault(by, []).append(f"category:{registration.category}")
    minor = any(party.minor for party in registration.parties)
    if minor and registration.category in MINORS_AT_RISK:
        found.setdefault(Duty.MINOR, []).append(MINOR_TAKES_PART)
    return {duty: tuple(grounds) for duty, grounds in found.items()}
