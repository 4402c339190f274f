"""A case came here, or goes on: its unserved papers wait for who holds it now."""

from uuid import UUID

from intake.handlers.documents import register
from intake.handlers.unserved import drop, refit
from intake.office import Office
from intake.storage.tables import case_key, cases
from kernel.unit_of_work import UnitOfWork


def rebuild(uow: UnitOfWork, case_id: UUID, office: Office) -> None:
    """Make the rows anew from the history; who holds it now is told of what is late already."""
    drop(uow, case_id)
    row = uow.get(cases, case_id=case_id)
    if row is None or row["sealed_for"]:
        return
    key = uow.get(case_key, case_id=case_id, lock=False)
    vault = office.vault.of_case(key, row["sealed_code_key"])
    refit(uow, case_id, register(uow, case_id, vault), office)
