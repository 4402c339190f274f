"""What routing tells mediation about a case: who holds it, and who may read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.holding import let_former_read, let_named_read
from kernel.unit_of_work import UnitOfWork
from mediation.handlers.following import let_go
from mediation.storage.tables import case_access, mediation

GONE = frozenset({"out", "ended"})


@dataclass(frozen=True, slots=True)
class NoteCustody:
    """Custody of a case as routing sees it: held, releasing, out or ended."""

    case_id: UUID
    epoch: int
    state: str
    holder_unit: str
    holder_path: str
    readers: tuple[str, ...] = ()


def note_custody(uow: UnitOfWork, command: NoteCustody) -> None:
    """Show the holder, let go of those before, let the named units read; never go back."""
    row = uow.get(mediation, case_id=command.case_id)
    if row is None or command.epoch < row["epoch"]:
        return
    values: dict[str, Any] = {}
    if command.holder_unit and command.holder_unit != row["holder_unit"]:
        values |= {"holder_unit": command.holder_unit, "holder_path": command.holder_path}
        let_former_read(uow, case_access, command.case_id, row["holder_unit"])
    if command.epoch > row["epoch"] and command.state in GONE:
        values |= {"epoch": command.epoch}
    uow.update(mediation, {"case_id": command.case_id}, values)
    if "epoch" in values:
        let_go(uow, command.case_id)  # its sessions are called elsewhere from now on
    let_named_read(uow, case_access, command.case_id, command.readers)
