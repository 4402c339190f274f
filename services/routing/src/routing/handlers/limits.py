"""The numbers of the case's pinned regulation profile that bind a hand-over."""

from dataclasses import dataclass

from kernel.regulation import Profile
from routing.domain.passing_on import Limits, Matter
from routing.handlers.casefile import CaseFile

ADMINISTRATIVE_ACT = "administrative_act"
NEED_POWER = frozenset({"administrative_mediation", "petition", "statutory_route"})
"""Procedures whose end is an act of administration: no self-governing village performs one."""


@dataclass(frozen=True, slots=True)
class HandoverLimits(Limits):
    """Limits of one hand-over, and the units told of it besides because it skips a level."""

    copied: tuple[str, ...] = ()


def limits_of(case: CaseFile, reason: str) -> HandoverLimits:
    """Limits for a hand-over of this case for this reason."""
    profile = case.node.profile(case.row["regulation"])
    rules = profile.rules
    refuses = ADMINISTRATIVE_ACT in rules.placement.village_refuses
    skip = _skip_rule(profile, "urgent" if case.row["urgent"] else reason)
    return HandoverLimits(
        most_handovers=rules.circling.most_handovers,
        freeze_on_return_visit=rules.circling.freeze_on_return_visit,
        may_skip_level=bool(skip),
        village_refuses=NEED_POWER if refuses else frozenset(),
        copied=skip,
    )


def _skip_rule(profile: Profile, reason: str) -> tuple[str, ...]:
    """Who is copied by the rule that allows skipping a level for this reason; empty = none."""
    for rule in profile.rules.skip_level:
        if reason in rule.when:
            return rule.copied
    return ()


def matter_of(case: CaseFile) -> Matter:
    """What of the matter decides who may get it."""
    return Matter(
        purpose=case.row["purpose"],
        procedure=case.row["procedure"],
        about_units=frozenset(case.row["about_units"]),
    )
