"""Rights to write, all of them at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select, update

from intake.storage.tables import cases, write_grant
from kernel.unit_of_work import UnitOfWork

Row = RowMapping


def lock_open(uow: UnitOfWork, handoff_id: UUID, *, opened: str, locked: str) -> None:
    """Lock every grant in state `opened` under an id."""
    was_open = write_grant.c.state == opened
    uow.execute(update(write_grant).where(was_open).values(state=locked, handoff_id=handoff_id))


def page(connection: Connection, *, after: UUID | None, size: int) -> Sequence[Row]:
    """Grants in order of their cases, with the number of the last fact of each."""
    query = (
        select(write_grant, cases.c.fact_no)
        .outerjoin(cases, cases.c.case_id == write_grant.c.case_id)
        .order_by(write_grant.c.case_id)
        .limit(size)
    )
    if after is not None:
        query = query.where(write_grant.c.case_id > after)
    return connection.execute(query).mappings().all()
