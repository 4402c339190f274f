"""Results are owed back to the systems that matters came from."""

from intake.commands import MarkReported
from intake.storage.tables import cases
from kernel.unit_of_work import UnitOfWork


def mark_reported(uow: UnitOfWork, command: MarkReported) -> int:
    """Keep that results were reported; answers how many were not known to be."""
    marked = 0
    for case_id in sorted(set(command.case_ids)):
        row = uow.get(cases, case_id=case_id)
        owed = row is not None and row["source_system"] and row["ended_at"] is not None
        if row is None or not owed or row["reported_back_at"] is not None:
            continue
        uow.update(cases, {"case_id": case_id}, {"reported_back_at": uow.now})
        marked += 1
    return marked
