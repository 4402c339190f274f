"""What routing tells hearing about a case: who holds it, and who may read it."""

from hearing.handlers.booking import free
from hearing.handlers.moving import current_of
from hearing.storage.tables import case_access, hearing_file
from kernel.holding import NoteCustody, let_named_read, shown_custody
from kernel.unit_of_work import UnitOfWork


def note_custody(uow: UnitOfWork, command: NoteCustody) -> None:
    """Show the holder, let go of those before, let the named units read; never go back."""
    row = uow.get(hearing_file, case_id=command.case_id)
    if row is None or command.epoch < row["epoch"]:
        return
    values = shown_custody(uow, case_access, row, command)
    uow.update(hearing_file, {"case_id": command.case_id}, values)
    if "epoch" in values:
        free(uow, current_of(uow, row)["hearing_id"])  # it is heard elsewhere from now on
    let_named_read(uow, case_access, command.case_id, command.readers)
