"""Mediators of another unit than the holder's: the account of one reads and acts on that case.

The right is a person's own in `case_access`, the table of the one rule of who reads what, and ends
with the assignment and with the custody (docs/adr/0101-mediators-of-another-unit.md).
"""

from uuid import UUID

from kernel.holding import end_person_reading, let_person_read
from kernel.unit_of_work import UnitOfWork
from mediation.domain.assignment import MEDIATES
from mediation.handlers.acting import Opened, Row
from mediation.handlers.casework import assigned_to
from mediation.storage.tables import case_access
from mediation.storage.tables_people import assignment

Accounts = frozenset[tuple[str, str]]
"""Unit and account of mediators who can sign in at this node, as routing says."""


def let_in(uow: UnitOfWork, opened: Opened, known: Row, accounts: Accounts) -> None:
    """Let an assigned mediator of the register in, who works elsewhere and signs in here."""
    unit, staff = known["unit"], known["staff"]
    if unit == opened.grant["unit"] or (unit, staff) not in accounts:
        return
    key = {"case_id": opened.case_id, "mediator_id": known["mediator_id"]}
    uow.update(assignment, key, {"staff": staff})  # as it is on the register now
    let_person_read(uow, case_access, (opened.case_id, staff, MEDIATES))


def shut_out(uow: UnitOfWork, case_id: UUID, mediator_id: UUID) -> None:
    """End the right of one mediator of a case; nothing where there is none."""
    for row in uow.find(assignment, case_id=case_id, mediator_id=mediator_id):
        end_person_reading(uow, case_access, (case_id, row["staff"], MEDIATES))


def shut_all_out(uow: UnitOfWork, case_id: UUID) -> None:
    """The case has another holder: who mediates it there is decided there."""
    for row in assigned_to(uow, case_id):
        shut_out(uow, case_id, row["mediator_id"])


def shut_out_everywhere(uow: UnitOfWork, mediator_id: UUID) -> None:
    """The account or the unit of a mediator is another one now, or the mediator has ended."""
    for row in uow.find(assignment, mediator_id=mediator_id):
        if row["ended_at"] is None:
            shut_out(uow, row["case_id"], mediator_id)
