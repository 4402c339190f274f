"""After a restore nobody writes under a grant of the backup: the case may long be elsewhere."""

from uuid import UUID

from sqlalchemy import update

from intake.handlers.acting import LOCKED, OPEN
from intake.storage.tables import write_grant
from kernel.unit_of_work import UnitOfWork


def lock_all(uow: UnitOfWork, incarnation: UUID) -> None:
    """Lock every open grant under the new incarnation's id.

    Routing opens those of cases still held here, at an epoch above all that are known (Keep).
    """
    was_open = write_grant.c.state == OPEN
    locked = update(write_grant).where(was_open).values(state=LOCKED, handoff_id=incarnation)
    uow.execute(locked)
