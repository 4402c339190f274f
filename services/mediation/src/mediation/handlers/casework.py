"""Rows that the acts of a mediation share."""

from typing import Any
from uuid import UUID

from kernel.holding.rows import Words
from kernel.unit_of_work import UnitOfWork
from mediation.domain.assignment import stayed_behind
from mediation.domain.parties import Capacity, Participant
from mediation.domain.words import Side
from mediation.handlers.acting import Row
from mediation.office import Office
from mediation.storage.tables import case_key
from mediation.storage.tables_closing import casework
from mediation.storage.tables_people import assignment, participant


def words_of(uow: UnitOfWork, case_id: UUID, office: Office) -> Words:
    """Where to seal what is said on a case. Raises CaseErased."""
    return Words(office.vault.of_case(uow.get(case_key, case_id=case_id, lock=False)))


def casework_of(uow: UnitOfWork, case_id: UUID) -> Row:
    """What is on file of the work on a case; made when there is none yet."""
    row = uow.get(casework, case_id=case_id)
    if row is None:
        uow.insert(casework, {"case_id": case_id})
        row = uow.get(casework, case_id=case_id)
    if row is None:
        raise LookupError("a row that was just inserted is there")
    return row


def set_casework(uow: UnitOfWork, case_id: UUID, **values: Any) -> None:
    """Change what is on file of the work."""
    casework_of(uow, case_id)
    uow.update(casework, {"case_id": case_id}, values)


def participants_of(uow: UnitOfWork, case_id: UUID) -> tuple[Participant, ...]:
    """Who takes part, in order of their ids."""
    rows = sorted(uow.find(participant, case_id=case_id), key=lambda row: row["party_id"].int)
    return tuple(map(participant_from, rows))


def participant_from(row: Row) -> Participant:
    """One who takes part, from the row."""
    return Participant(
        row["party_id"],
        Side(row["side"]),
        Capacity(row["capacity"]),
        row["for_id"],
        may_settle=row["may_settle"],
        organisation=row["organisation"],
        needs_guardian=row["needs_guardian"],
    )


def assigned_to(uow: UnitOfWork, case_id: UUID) -> tuple[Row, ...]:
    """The assignments that are open, in order of the mediators' ids."""
    rows = [row for row in uow.find(assignment, case_id=case_id) if row["ended_at"] is None]
    return tuple(sorted(rows, key=lambda row: row["mediator_id"].int))


def at_work(uow: UnitOfWork, case_id: UUID) -> tuple[Row, ...]:
    """Those of them who did not stay at an earlier holder of the case."""
    return tuple(row for row in assigned_to(uow, case_id) if not stayed_behind(row))
