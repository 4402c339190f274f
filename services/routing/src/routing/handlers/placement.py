"""Placement: a proposal for every new case, and a person's decision on it."""

from dataclasses import replace

from kernel.unit_of_work import UnitOfWork
from routing.commands.ending import ConfirmPlacement
from routing.commands.handover import BeginHandover
from routing.domain import placement
from routing.domain.placement import Matter
from routing.domain.route import is_above
from routing.domain.words import Kind
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import begin
from routing.handlers.handover.accepting import accept_by_acting
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.standing import as_holder
from routing.node import Node


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


def confirm_placement(uow: UnitOfWork, command: ConfirmPlacement, *, node: Node) -> Outcome:
    """A person's decision on the proposal: keep the case here, or begin the hand-over.

    Hands up when the unit is above, else forwards. Raises as `begin_handover`.
    """
    case = as_holder(uow, node, command)
    proposed = ",".join(case.row["placements"])
    case.append(
        "placement.confirmed",
        unit=case.row["holder_unit"],
        actor=uow.caller.id,
        body={"unit": command.unit, "proposed": proposed},
    )
    case.set(placements=[])
    if command.unit == case.row["holder_unit"]:
        accept_by_acting(uow, case, uow.caller.id)
        case.save()
        return replace(outcome(case), frozen=False, question_to="")  # it was not to go anywhere
    version = case.save()
    return begin.begin_handover(uow, _handover(case, command, version), node=node)


def _handover(case: CaseFile, command: ConfirmPlacement, version: int) -> BeginHandover:
    directory, holder = case.node.directory(), case.row["holder_unit"]
    known = command.unit in directory.units
    up = known and is_above(directory, command.unit, holder)
    return BeginHandover(
        case_id=case.case_id,
        epoch=case.epoch,
        version=version,
        kind=Kind.ESCALATE if up else Kind.FORWARD,
        to_unit=command.unit,
        reason="placement",
    )
