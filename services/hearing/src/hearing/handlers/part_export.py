"""Handing the hearings of a case out: every row, opened, for the receiver to seal."""

from hearing.handlers.case_part import PART
from hearing.office import Office
from hearing.storage.portable import ROWS
from hearing.storage.tables import case_key, hearing_file
from kernel.holding import ExportPart, Part
from kernel.unit_of_work import UnitOfWork


def export_part(uow: UnitOfWork, command: ExportPart, *, office: Office) -> Part | None:
    """The part of a case that is locked under the id; None when hearing has none.

    Raises:
        PartClosed: it is not locked under this id.
    """
    case_id = command.case_id
    PART.expect_locked(uow, case_id, command.handoff_id)
    if uow.get(hearing_file, case_id=case_id) is None:
        return None
    vault = office.vault.of_case(uow.get(case_key, case_id=case_id, lock=False))
    return ROWS.opened(uow, case_id, vault)
