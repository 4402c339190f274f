"""Rating the matter, the officer in charge (包案领导), the person who handles the case (承办人)."""

from collections.abc import Mapping

from kernel.scope import PERSON
from kernel.unit_of_work import UnitOfWork
from routing.commands.supervision import AssignHandler, RateCase, SetLead
from routing.errors import CaseEnded, LeadAlreadyNamed
from routing.handlers import clocks, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.standing import as_holder, as_superior, end_reading, let_read
from routing.handlers.working import works_here
from routing.node import Node

WHY = "lead"


def rate_case(uow: UnitOfWork, command: RateCase, *, node: Node) -> Outcome:
    """Set colour, class and difficulty of the matter, never of a person, with a reason."""
    case = as_holder(uow, node, command)
    wanted = {
        "colour": command.colour,
        "progress": command.progress,
        "difficulty": command.difficulty,
    }
    changed = {n: v for n, v in wanted.items() if v and v != case.row[n]}
    if changed:
        before = {f"{name}_was": case.row[name] for name in changed}
        case.append(
            "case.rated",
            unit=uow.caller.unit,
            actor=uow.caller.id,
            body=changed | before | {"grounds": command.grounds},
        )
        case.set(**changed)
        clocks.fit(uow, case)
        clocks.refresh(uow, case)
        case.save()
    return outcome(case)


def set_lead(uow: UnitOfWork, command: SetLead, *, node: Node) -> str:
    """Name the officer in charge, one until the end, or relieve the present one.

    The case may be anywhere below: the order follows it. Answers the officer named.

    Raises:
        CaseUnknown, CaseEnded, LeadAlreadyNamed, StaffUnknown, StaffDisabled.
        NotTheSuperior: the caller is neither the holder nor a unit beside or above it.
    """
    case = CaseFile.open(uow, node, command.case_id)
    if case.ended:
        raise CaseEnded(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        as_superior(uow, node, case)
    present = case.row["lead_officer"]
    if command.officer and present and command.officer != present:
        raise LeadAlreadyNamed(case_id=case.case_id, officer=present)
    works_here(uow, command.officer)
    order_lead(uow, node, case, command.officer, command.grounds)
    return command.officer


def order_lead(uow: UnitOfWork, node: Node, case: CaseFile, officer: str, grounds: str) -> None:
    """Name the officer here, or send the order after the case."""
    if case.custody in letters.HERE:
        enter_lead(uow, case, {"officer": officer, "grounds": grounds}, _caller(uow))
        case.save()
        return
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="lead",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            body={"officer": officer, "grounds": grounds},
        ),
    )


def _caller(uow: UnitOfWork) -> tuple[str, str]:
    return uow.caller.unit, uow.caller.id


def enter_lead(
    uow: UnitOfWork, case: CaseFile, order: Mapping[str, str], by: tuple[str, str]
) -> None:
    """At the holder's node: the officer is entered and reads the case; an earlier one no more.

    `order` has `officer` and `grounds`; `by` is the ordering unit and person.
    """
    before, officer = case.row["lead_officer"], order["officer"]
    if before == officer:
        return
    if before:
        end_reading(uow, case, PERSON + before, WHY)
    case.set(lead_officer=officer)
    case.append(
        "lead.named" if officer else "lead.relieved",
        unit=by[0],
        actor=by[1],
        body={"officer": officer or before, "grounds": order["grounds"]},
    )
    if officer:
        let_read(uow, case, PERSON + officer, WHY)


def assign_handler(uow: UnitOfWork, command: AssignHandler, *, node: Node) -> Outcome:
    """Name the person of the holder unit who handles the case; empty takes the name away.

    Raises:
        StaffUnknown, StaffDisabled, StaffOfOtherUnit: nobody who could handle it.
    """
    case = as_holder(uow, node, command)
    works_here(uow, command.staff_id, unit=case.row["holder_unit"])
    if case.row["handler"] != command.staff_id:
        case.set(handler=command.staff_id)
        case.append(
            "case.handler_assigned" if command.staff_id else "case.handler_removed",
            unit=uow.caller.unit,
            actor=uow.caller.id,
            body={"handler": command.staff_id} if command.staff_id else {},
        )
        case.save()
    return outcome(case)
