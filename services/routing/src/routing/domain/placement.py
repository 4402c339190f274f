"""Which units should get a new case: place × category × colour, the lowest tier first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kernel.directory import Directory, Site, Unit
from kernel.divisions import Tier
from kernel.regulation import Rules

LOWEST_FIRST = (Tier.VILLAGE, Tier.TOWNSHIP, Tier.COUNTY)
NEED_POWER = frozenset({"administrative_mediation", "petition", "statutory_route"})
"""Procedures that end with an act of administration."""
MEDIATED = frozenset({"peoples_mediation", "court_entrusted"})
COMMITTEES = frozenset({"committee", "studio"})
ACTED_ON = frozenset({"petition"})
"""Procedures in which a department acts from the first; in all others a desk leads."""
LITIGATION, CONDUCT, OTHER = "litigation", "official_conduct", "other"
CONFERENCE = "conference"
PROFESSIONAL = frozenset(
    {
        "consumer",
        "ecommerce",
        "education",
        "finance",
        "insurance",
        "intellectual_property",
        "labour",
        "medical",
        "tourism",
        "traffic_accident",
    }
)
"""Disputes of a trade (行业性、专业性纠纷): between a firm and its customer or worker."""
TOLD = frozenset({"enquiry", "thanks"})
"""Purposes that are met by telling: any desk can, without power to act."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Matter:
    """What of the matter decides its place."""

    place_code: str
    category: str
    procedure: str
    purpose: str
    colour: str
    difficulty: str
    litigation: bool
    about_units: frozenset[str]
    registering_unit: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A proposal: units best first, the unit of the place (属地), the competent unit (职能部门)."""

    units: tuple[str, ...]
    place_unit: str
    competent_unit: str


def propose(directory: Directory, rules: Rules, matter: Matter, day: date) -> Placement:
    """Propose units for a case; a person decides.

    The lowest tier that can settle it comes first (小事不出村，大事不出镇). What is mediated, and
    a hotline ticket, stays with the desk of a centre, whose committees it calls; what ends with
    an act of administration goes to the competent department. A village is never proposed for
    such an act, and no unit of a site for a matter about one of its units, but the county's: the
    superior answers for that (条例 35). Closed units stand for their successors. Litigation
    (涉法涉诉) and conduct of officials go to outlets of their own.
    """
    site = _place(directory, matter, day)
    line = directory.ancestors(site.id)
    outlet = _outlet(matter)
    found = _outlet_units(directory, line[-1], outlet, day) if outlet else []
    fit = () if outlet else _above(directory, line, matter)
    able = [above for above in fit if _can_settle(rules, matter, above)]
    for above in _expert_first(directory, able, matter, day):
        found += _at_site(directory, above, matter, day)
    if matter.difficulty == "complex":
        found += _of_kind(directory, line[-1], CONFERENCE, day)
    units = [unit for unit in found if not _is_about(matter, unit)]
    return Placement(
        units=tuple(dict.fromkeys(unit.id for unit in units))[:MOST],
        place_unit=site.id,
        competent_unit=_competent(directory, line, matter, day),
    )


def _place(directory: Directory, matter: Matter, day: date) -> Site:
    """The site of the place, else of the office that registered."""
    by_code = directory.site_by_code(matter.place_code, day) if matter.place_code else None
    return by_code or directory.site_of(matter.registering_unit)


def _above(directory: Directory, line: list[Site], matter: Matter) -> list[Site]:
    """The sites above those that the matter is about; the county's when there is none."""
    meant = {directory.site_of(unit).id for unit in matter.about_units if unit in directory.units}
    last = max((at for at, site in enumerate(line) if site.id in meant), default=-1)
    return line[last + 1 :] or line[-1:]


def _outlet(matter: Matter) -> str:
    if matter.purpose == "accusation":
        return CONDUCT
    return LITIGATION if matter.litigation or matter.category == LITIGATION else ""


def _outlet_units(directory: Directory, root: Site, outlet: str, day: date) -> list[Unit]:
    found = [u for u in directory.units_of(root.id, day) if outlet in u.competences]
    return found or [directory.units[root.id]]


def _can_settle(rules: Rules, matter: Matter, site: Site) -> bool:
    """Whether the site's tier is high enough, and has the power the procedure ends with."""
    placement = rules.placement
    wanted = [placement.start_tier, placement.tier_by_colour.get(matter.colour)]
    degree = rules.difficulty.get(matter.difficulty)
    wanted.append(degree.tier if degree else None)
    lowest = max(LOWEST_FIRST.index(tier) for tier in wanted if tier is not None)
    tier = Tier(site.tier)
    if tier is Tier.VILLAGE and _refused_by_village(placement.village_refuses, matter, site):
        return False
    return LOWEST_FIRST.index(tier) >= lowest


def _expert_first(directory: Directory, sites: list[Site], matter: Matter, day: date) -> list[Site]:
    """The sites again, those with a unit of their own for the matter first, where one is needed.

    A professional committee (专业调委会) sits at the county only: what it mediates goes there. A
    village needs no unit: what is simple is settled by whoever is near.
    """
    if matter.category == OTHER or matter.procedure not in NEED_POWER | MEDIATED:
        return sites
    expert = [s for s in sites if Tier(s.tier) is Tier.VILLAGE or _fit(directory, s, matter, day)]
    return sorted(sites, key=lambda site: site not in expert) if expert else sites


def _fit(directory: Directory, site: Site, matter: Matter, day: date) -> list[Unit]:
    """Units of the site that are competent for the category under the procedure."""
    units = [u for u in directory.units_of(site.id, day) if matter.category in u.competences]
    if matter.procedure in MEDIATED:
        return [unit for unit in units if unit.kind in COMMITTEES]
    return [unit for unit in units if _has_power(unit, matter)]


def _refused_by_village(refuses: tuple[str, ...], matter: Matter, site: Site) -> bool:
    asked = matter.purpose not in TOLD
    said = {
        "administrative_act": asked and matter.procedure in NEED_POWER,
        "complaint_about_village": site.id in matter.about_units,
        "professional_dispute": asked and matter.category in PROFESSIONAL,
    }
    return any(said.get(reason, False) for reason in refuses)


def _at_site(directory: Directory, site: Site, matter: Matter, day: date) -> list[Unit]:
    """The desk and the competent units of the site; first the department that acts, if one does."""
    units = directory.units_of(site.id, day)
    competent = [u for u in units if matter.category in u.competences and u.id != site.id]
    competent = [u for u in competent if _has_power(u, matter)]
    competent.sort(key=lambda unit: (unit.kind in COMMITTEES) != (matter.procedure in MEDIATED))
    desk = directory.units[site.id]
    at_desk = [desk] if desk.valid_on(day) else []
    acted_on = matter.procedure in ACTED_ON and matter.category != OTHER
    told = matter.purpose in TOLD or matter.about_units
    return competent + at_desk if acted_on and not told else at_desk + competent


def _has_power(unit: Unit, matter: Matter) -> bool:
    return matter.procedure not in NEED_POWER or unit.may_decide_administrative


def _of_kind(directory: Directory, site: Site, kind: str, day: date) -> list[Unit]:
    return [unit for unit in directory.units_of(site.id, day) if unit.kind == kind]


def _is_about(matter: Matter, unit: Unit) -> bool:
    """A unit is meant by itself, and every unit of a site that is meant."""
    return bool({unit.id, unit.site} & matter.about_units)


def _competent(directory: Directory, line: list[Site], matter: Matter, day: date) -> str:
    for unit in _competent_units(directory, line, matter, day):
        if not _is_about(matter, unit):
            return unit.id
    return ""


def _competent_units(
    directory: Directory, line: list[Site], matter: Matter, day: date
) -> Iterator[Unit]:
    for site in line:
        for unit in directory.units_of(site.id, day):
            if matter.category in unit.competences and _has_power(unit, matter):
                yield unit
