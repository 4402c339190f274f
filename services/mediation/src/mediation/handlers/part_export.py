"""Handing a mediation out: every row of the case, opened, for the receiver to seal."""

from kernel.holding import ExportPart, Part
from kernel.unit_of_work import UnitOfWork
from mediation.handlers.case_part import PART
from mediation.office import Office
from mediation.storage.portable import ROWS
from mediation.storage.tables import case_key, mediation


def export_part(uow: UnitOfWork, command: ExportPart, *, office: Office) -> Part | None:
    """The part of a case that is locked under the id; None when mediation has none.

    Raises:
        PartClosed: it is not locked under this id.
    """
    case_id = command.case_id
    PART.expect_locked(uow, case_id, command.handoff_id)
    if uow.get(mediation, case_id=case_id) is None:
        return None
    vault = office.vault.of_case(uow.get(case_key, case_id=case_id, lock=False))
    return ROWS.opened(uow, case_id, vault)
