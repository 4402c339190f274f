"""After a restore nobody writes under a grant of the backup: the case may long be elsewhere."""

from uuid import UUID

from intake.handlers.acting import LOCKED, OPEN
from intake.storage import grants
from kernel.unit_of_work import UnitOfWork


def lock_all(uow: UnitOfWork, incarnation: UUID) -> None:
    """Lock every open grant under the new incarnation's id.

    Routing opens those of cases still held here, at an epoch above all that are known (Keep).
    """
    grants.lock_open(uow, incarnation, opened=OPEN, locked=LOCKED)
