"""Who reads personal fields is on record before he sees them (PIPL 51, 54)."""

from hearing.commands.base import RecordRead
from hearing.storage.tables import read_audit
from kernel.reads import Read, keep_read
from kernel.unit_of_work import UnitOfWork


def record_read(uow: UnitOfWork, command: RecordRead) -> None:
    """Keep who reads the content of which case, and why."""
    keep_read(uow, read_audit, Read(command.case_id, command.method, "content", command.why))
