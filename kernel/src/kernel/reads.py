"""Who reads personal fields is on record before he sees them (PIPL 51, 54)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table

from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Read:
    """Personal fields are about to be read: which of what case, by which RPC, and why."""

    case_id: UUID | None
    method: str
    fields: str
    reason: str = ""


def keep_read(uow: UnitOfWork, read_audit: Table, read: Read) -> None:
    """Keep who reads; `read_audit` is the service's table of `kernel.tables`."""
    uow.insert(
        read_audit,
        {
            "at": uow.now,
            "caller": uow.caller.id,
            "unit": uow.caller.unit,
            "method": read.method,
            "case_id": read.case_id,
            "fields": read.fields,
            "reason": read.reason,
        },
    )
