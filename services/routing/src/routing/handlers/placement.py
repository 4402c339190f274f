"""Placement: a proposal for every new case, and a person's decision on it."""

from kernel.unit_of_work import UnitOfWork
from routing.domain import placement
from routing.domain.placement import Matter
from routing.handlers.casefile import CaseFile


def suggest_for(uow: UnitOfWork, case: CaseFile) -> None:
    """Propose units for the case, best first, with the unit of the place and the competent one."""
    profile = case.node.profile(case.row["regulation"])
    day = case.node.today(uow.now)
    proposal = placement.propose(case.node.directory(), profile.rules, matter_of(case), day)
    case.set(
        placements=list(proposal.units),
        place_unit=proposal.place_unit,
        competent_unit=proposal.competent_unit,
    )


def matter_of(case: CaseFile) -> Matter:
    """What of the case decides its place."""
    row = case.row
    return Matter(
        place_code=row["place_code"],
        category=row["category"],
        procedure=row["procedure"],
        purpose=row["purpose"],
        colour=row["colour"],
        difficulty=row["difficulty"],
        litigation=row["litigation"],
        about_units=frozenset(row["about_units"]),
        registering_unit=row["registering_unit"],
    )
