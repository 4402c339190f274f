"""Who reads personal fields is on record before he sees them (PIPL 51, 54)."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table

from kernel.errors import FieldViolation, InvalidInput
from kernel.unit_of_work import UnitOfWork

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Controls, which PostgreSQL does not keep, and what turns the direction of writing."""


@dataclass(frozen=True, slots=True)
class Read:
    """Personal fields are about to be read: which of what case, by which RPC, and why."""

    case_id: UUID | None
    method: str
    fields: str
    reason: str = ""


def keep_read(uow: UnitOfWork, read_audit: Table, read: Read) -> None:
    """Keep who reads; `read_audit` is the service's table of `kernel.tables`.

    Raises:
        InvalidInput: the reason has characters that no list of readings could show.
    """
    if _UNFIT.search(read.reason):
        raise InvalidInput(FieldViolation("why", "NOT_TEXT"))
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
