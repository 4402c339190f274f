"""Who reads personal fields is on record before he sees them (PIPL 51, 54)."""

from collections.abc import Sequence

from intake.commands import RecordRead
from intake.storage.tables import read_audit
from kernel.reads import Read, keep_read
from kernel.unit_of_work import UnitOfWork


def record_reads(uow: UnitOfWork, commands: Sequence[RecordRead]) -> None:
    """Keep one for each case of a list that is about to be read."""
    for command in commands:
        record_read(uow, command)


def record_read(uow: UnitOfWork, command: RecordRead) -> None:
    """Keep who reads what of which case, and why."""
    read = Read(command.case_id, command.method, command.fields, command.why)
    keep_read(uow, read_audit, read)
