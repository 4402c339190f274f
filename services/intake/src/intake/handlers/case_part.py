"""Intake's part of a case in a hand-over: what it says against one, and what it does after one."""

from uuid import UUID

from intake.domain.states import Act, State, after
from intake.domain.words import Ending
from intake.handlers.acting import Row
from intake.storage.tables import cases, holding
from kernel.holding import CasePart, EndGrant, Keep
from kernel.holding.words import CASE_ENDED
from kernel.unit_of_work import UnitOfWork

REFUSAL_PENDING = "REFUSAL_PENDING"


def _last_fact(uow: UnitOfWork, case_id: UUID) -> int:
    row = uow.get(cases, case_id=case_id)
    return row["fact_no"] if row else 0


def _reason_against(uow: UnitOfWork, case_id: UUID) -> str:
    row = uow.get(cases, case_id=case_id)
    if row is None:
        return ""
    if not State(row["state"]).open:
        return CASE_ENDED
    if row["state"] == State.REFUSING.value:
        return REFUSAL_PENDING  # the second person of this unit is asked; nobody else can answer
    return ""


def _held(uow: UnitOfWork, command: Keep) -> None:
    row = uow.get(cases, case_id=command.case_id)
    if row is None:
        return
    values = {"epoch": max(row["epoch"], command.epoch)}
    if command.unit:
        values |= {"holder_unit": command.unit, "holder_path": command.path}
    uow.update(cases, {"case_id": command.case_id}, values)


def _ended(uow: UnitOfWork, command: EndGrant) -> None:
    """The case takes the ending it has not got by intake itself."""
    row = uow.get(cases, case_id=command.case_id)
    if row is not None:
        _end_case(uow, row, command)


def _end_case(uow: UnitOfWork, row: Row, command: EndGrant) -> None:
    target = after(State(row["state"]), Act.CLOSE)
    if target is None:
        return  # ended by an act of intake, which said how
    known = {ending.value for ending in Ending}
    ending = command.ending if command.ending in known else Ending.TERMINATED.value
    values = {
        "state": target.value,
        "ending": ending,
        "ended_at": uow.now,
        "version": row["version"] + 1,
    }
    uow.update(cases, {"case_id": row["case_id"]}, values)


PART = CasePart(holding, _last_fact, _reason_against, _held, _ended)
"""Release, Keep, EndGrant and the frame of ImportPart, as intake answers them."""
