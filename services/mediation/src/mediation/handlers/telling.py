"""What routing tells mediation about a case: who holds it, and who may read it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.scope import Level
from kernel.unit_of_work import UnitOfWork
from mediation.handlers.part_import import FORMER, READER, give_access
from mediation.storage.tables import mediation

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
        give_access(uow, command.case_id, row["holder_unit"], FORMER, Level.TIMELINE)
    if command.epoch > row["epoch"] and command.state in GONE:
        values |= {"epoch": command.epoch}
    uow.update(mediation, {"case_id": command.case_id}, values)
    for unit in command.readers:
        give_access(uow, command.case_id, unit, READER, Level.CONTENT)
