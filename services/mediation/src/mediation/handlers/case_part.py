"""Mediation's part of a case in a hand-over: what it says against one, what it does after one."""

from uuid import UUID

from kernel.holding import CasePart, EndGrant, Keep
from kernel.unit_of_work import UnitOfWork
from mediation.domain.states import State, when_case_ends
from mediation.handlers.assigning import relieve
from mediation.handlers.awaiting import look_again
from mediation.handlers.calling_off import call_off
from mediation.handlers.casework import assigned_to
from mediation.handlers.following import take_up
from mediation.storage.tables import holding, mediation

DECISION_PENDING = "DECISION_PENDING"
CASE_ENDED = "case_ended"


def _last_fact(uow: UnitOfWork, case_id: UUID) -> int:
    row = uow.get(mediation, case_id=case_id)
    return row["fact_no"] if row else 0


def _reason_against(uow: UnitOfWork, case_id: UUID) -> str:
    """An open mediation travels; what a second person of this unit is to decide does not."""
    row = uow.get(mediation, case_id=case_id)
    return DECISION_PENDING if row is not None and State(row["state"]).pending else ""


def _held(uow: UnitOfWork, command: Keep) -> None:
    row = uow.get(mediation, case_id=command.case_id)
    if row is None:
        return
    values = {"epoch": max(row["epoch"], command.epoch)}
    if command.unit:
        values |= {"holder_unit": command.unit, "holder_path": command.path}
    uow.update(mediation, {"case_id": command.case_id}, values)
    take_up(uow, command.case_id)
    look_again(uow, command.case_id)


def _ended(uow: UnitOfWork, command: EndGrant) -> None:
    """The case ended: the mediation says when, and one that was open binds nobody any more.

    Its mediators are relieved, its sessions called off; what was agreed or found stays on file, for
    whoever takes the case up again.
    """
    row = uow.get(mediation, case_id=command.case_id)
    if row is None or row["ended_at"] is not None:
        return
    before = State(row["state_before"]) if row["state_before"] else None
    values = {
        "state": when_case_ends(State(row["state"]), before).value,
        "state_before": None,
        "proposed_by": None,
        "ended_at": uow.now,
        "version": row["version"] + 1,
    }
    uow.update(mediation, {"case_id": command.case_id}, values)
    for one in assigned_to(uow, command.case_id):
        relieve(uow, command.case_id, one["mediator_id"], CASE_ENDED)
    call_off(uow, command.case_id)
    look_again(uow, command.case_id)


PART = CasePart(holding, _last_fact, _reason_against, _held, _ended)
"""Release, Keep, EndGrant and the frame of ImportPart, as mediation answers them."""
