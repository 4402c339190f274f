"""Sessions that will not take place after all; the mediators' time is free again."""

from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mediation.domain.words import SessionState
from mediation.handlers.booking import free
from mediation.storage.tables_sessions import session


def call_off(uow: UnitOfWork, case_id: UUID) -> dict[str, str]:
    """Cancel every session of the case that is still to come. Answers what the fact says of it."""
    cancelled = []
    for row in uow.find(session, case_id=case_id):
        if row["state"] == SessionState.SCHEDULED.value:
            key: dict[str, Any] = {"case_id": case_id, "session_id": row["session_id"]}
            uow.update(session, key, {"state": SessionState.CANCELLED.value})
            cancelled.append(str(row["session_id"]))
    free(uow, case_id=case_id)
    return {"sessions_cancelled": " ".join(sorted(cancelled))} if cancelled else {}
