"""What routing tells mediation about a case: who holds it, and who may read it."""

from kernel.holding import NoteCustody, let_named_read, shown_custody
from kernel.unit_of_work import UnitOfWork
from mediation.handlers.following import let_go
from mediation.storage.tables import case_access, mediation


def note_custody(uow: UnitOfWork, command: NoteCustody) -> None:
    """Show the holder, let go of those before, let the named units read; never go back."""
    row = uow.get(mediation, case_id=command.case_id)
    if row is None or command.epoch < row["epoch"]:
        return
    values = shown_custody(uow, case_access, row, command)
    uow.update(mediation, {"case_id": command.case_id}, values)
    if "epoch" in values:
        let_go(uow, command.case_id)  # its sessions are called elsewhere from now on
    let_named_read(uow, case_access, command.case_id, command.readers)
