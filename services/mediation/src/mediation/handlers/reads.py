"""Who reads personal fields is on record before he sees them (PIPL 51, 54)."""

from kernel.unit_of_work import UnitOfWork
from mediation.commands import RecordRead
from mediation.storage.tables import read_audit


def record_read(uow: UnitOfWork, command: RecordRead) -> None:
    """Keep who reads the content of which case, and why."""
    uow.insert(
        read_audit,
        {
            "at": uow.now,
            "caller": uow.caller.id,
            "unit": uow.caller.unit,
            "method": command.method,
            "case_id": command.case_id,
            "fields": "content",
            "reason": command.why,
        },
    )
