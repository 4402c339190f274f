"""Whether a unit may hand a case to another: direction, competence, conduct, circling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.directory import Directory
from kernel.divisions import Tier
from routing.domain.route import is_above, levels_between
from routing.domain.words import Kind

ACCUSATION = "accusation"
ACT_OF = {
    "mediation.session_held": "session",
    "mediation.answered": "opinion",
    "mediation.found": "opinion",
    "mediation.refused": "decision",
    "mediation.agreement_in_force": "decision",
    "hearing.conferring": "hearing",
    "hearing.concluded": "hearing",
}
"""Facts by which a unit has acted on the matter, by the words of the profile's list of such acts.

What only prepares (a mediation opened, a session called, a hearing granted or set) is none: a case
could go in circles.
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One holding of the case by a unit."""

    unit: str
    substantive: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """What of the matter decides who may get it."""

    purpose: str
    procedure: str
    about_units: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """The profile's numbers for passing on."""

    most_handovers: int
    freeze_on_return_visit: bool
    may_skip_level: bool  # by a rule of the profile, for this reason
    village_refuses: frozenset[str]  # procedures that need administrative acts


def problem_with_receiver(
    directory: Directory,
    matter: Matter,
    to_unit: str,
    day: date,
    limits: Limits,
    *,
    second_person: bool,
) -> str:
    """Why a unit may not get this matter, as a reason word; empty when it may."""
    unit = directory.units.get(to_unit)
    if unit is None:
        return "UNIT_UNKNOWN"
    if not unit.valid_on(day):
        return "UNIT_CLOSED"
    if _is_about(directory, matter, to_unit) and (
        matter.purpose == ACCUSATION or not second_person
    ):
        return "UNIT_COMPLAINED_OF"
    needs_power = matter.procedure in limits.village_refuses
    if needs_power and directory.tier(to_unit) is Tier.VILLAGE:
        return "VILLAGE_CANNOT_DECIDE"
    return ""


def _is_about(directory: Directory, matter: Matter, to_unit: str) -> bool:
    """A unit is meant by itself, and every unit of a site that is meant."""
    return bool({to_unit, directory.units[to_unit].site} & matter.about_units)


def problem_with_direction(
    directory: Directory, kind: Kind, from_unit: str, to_unit: str, limits: Limits
) -> str:
    """Why this kind of hand-over cannot go that way; empty when it can."""
    if from_unit == to_unit:
        return "SAME_UNIT"
    upwards = is_above(directory, to_unit, from_unit)
    if kind is Kind.ESCALATE:
        if not upwards:
            return "NOT_UPWARDS"
        skips = levels_between(directory, to_unit, from_unit) > 1
        return "SKIPS_A_LEVEL" if skips and not limits.may_skip_level else ""
    if upwards and kind in {Kind.ASSIGN, Kind.FORWARD}:
        return "NOT_DOWNWARDS"
    if kind is Kind.ASSIGN and not _at_or_below(directory, from_unit, to_unit):
        return "NOT_DOWNWARDS"
    return ""


def _at_or_below(directory: Directory, upper: str, lower: str) -> bool:
    return directory.units[upper].site == directory.units[lower].site or is_above(
        directory, upper, lower
    )


def circles(visits: Sequence[Visit], to_unit: str, limits: Limits) -> str:
    """Why passing on to this unit would be circling (空转); empty when it is not.

    A unit visited before gets the case again only after somebody did something of substance since;
    and there is a limit to the number of hand-overs.
    """
    earlier = [index for index, visit in enumerate(visits) if visit.unit == to_unit]
    came_back = limits.freeze_on_return_visit and earlier
    if came_back and not any(visit.substantive for visit in visits[earlier[-1] :]):
        return "VISITED_BEFORE"
    if len(visits) > limits.most_handovers:
        return "TOO_MANY_HANDOVERS"
    return ""
