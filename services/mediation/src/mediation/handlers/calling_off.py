"""Sessions that will not take place after all; the mediators' time is free again."""

from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mediation.storage.tables_sessions import booking, session

SCHEDULED, CANCELLED = "scheduled", "cancelled"


def call_off(uow: UnitOfWork, case_id: UUID) -> dict[str, str]:
    """Cancel every session of the case that is still to come. Answers what the fact says of it."""
    cancelled = []
    for row in uow.find(session, case_id=case_id):
        if row["state"] == SCHEDULED:
            key: dict[str, Any] = {"case_id": case_id, "session_id": row["session_id"]}
            uow.update(session, key, {"state": CANCELLED})
            cancelled.append(str(row["session_id"]))
    free_all(uow, case_id)
    return {"sessions_cancelled": " ".join(sorted(cancelled))} if cancelled else {}


def free_all(uow: UnitOfWork, case_id: UUID) -> None:
    """Give every mediator the time back that sessions of the case had taken up."""
    for row in uow.find(booking, case_id=case_id):
        uow.delete(booking, mediator_id=row["mediator_id"], session_id=row["session_id"])


def free_one(uow: UnitOfWork, case_id: UUID, mediator_id: UUID) -> None:
    """A mediator leaves the case: the sessions go on without."""
    for row in uow.find(booking, case_id=case_id, mediator_id=mediator_id):
        uow.delete(booking, mediator_id=mediator_id, session_id=row["session_id"])
