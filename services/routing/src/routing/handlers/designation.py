"""The common superior's binding designation of the holder (指定办理)."""

from dataclasses import dataclass
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import Designate
from routing.domain.passing_on import problem_with_receiver
from routing.domain.route import is_above
from routing.errors import CannotReceive, CaseUnknown, NotTheSuperior
from routing.handlers import due_dates, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.limits import limits_of, matter_of
from routing.node import Node
from routing.storage.tables import case_row


@dataclass(frozen=True, slots=True)
class Designated:
    """The order; `done` when the case is here, `ordered` when the order follows it."""

    order_id: UUID
    state: str


def designate(uow: UnitOfWork, command: Designate, *, node: Node) -> Designated:
    """Order who shall hold the case. The holder's node hands it over; the order follows the case.

    Raises:
        CaseUnknown: not even a header is here.
        NotTheSuperior: the caller's site is not at or above both holder and designated unit.
        CannotReceive: the designated unit may not get this case.
        FieldWrong: the due date has passed.
    """
    due_dates.not_past(command.due_on, uow.now)
    row = uow.get(case_row, case_id=command.case_id)
    if row is None:
        raise CaseUnknown(case_id=command.case_id)
    case = CaseFile(uow, node, row)
    _may_designate(uow, case, command)
    order_id = letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="order",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            body={
                "unit": command.unit,
                "grounds": command.grounds,
                "due_on": command.due_on,
                "conference_id": command.conference_id,
            },
        ),
    )
    for unit in command.cohandlers:
        _ask_to_join(uow, case, unit, command)
    here = case.custody in letters.HERE
    return Designated(order_id, "done" if here else "ordered")


def _ask_to_join(uow: UnitOfWork, case: CaseFile, unit: str, command: Designate) -> None:
    """A co-handler named with the holder is asked by whoever holds the case then."""
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="join",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            body={
                "unit": unit,
                "lead": command.unit,
                "due_on": command.due_on,
                "conference_id": command.conference_id,
            },
        ),
    )


def _may_designate(uow: UnitOfWork, case: CaseFile, command: Designate) -> None:
    directory = case.node.directory()
    problem = problem_with_receiver(
        directory,
        matter_of(case),
        command.unit,
        case.node.today(uow.now),
        limits_of(case, "designation"),
        second_person=True,
    )
    if problem:
        raise CannotReceive(unit=command.unit, problem=problem)
    own_site = uow.caller.site
    for unit in (case.row["holder_unit"], command.unit):
        same_site = directory.units[unit].site == own_site
        if not same_site and not is_above(directory, own_site, unit):
            raise NotTheSuperior(unit=unit, site=own_site)
