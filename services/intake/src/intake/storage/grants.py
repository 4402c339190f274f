"""Rights to write, all of them at once."""

from uuid import UUID

from sqlalchemy import update

from intake.storage.tables import write_grant
from kernel.unit_of_work import UnitOfWork


def lock_open(uow: UnitOfWork, handoff_id: UUID, *, opened: str, locked: str) -> None:
    """Lock every grant in state `opened` under an id."""
    was_open = write_grant.c.state == opened
    uow.execute(update(write_grant).where(was_open).values(state=locked, handoff_id=handoff_id))
