"""The highest epoch of a case that a restore made known; custody taken later starts above it.

It belongs to the node as a whole, not to a link, and also to cases this node has no row of.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Table, select

from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id as case_id_column
from routing.storage.metadata import metadata

case_floor = Table(
    "case_floor", metadata, case_id_column(), Column("epoch", BigInteger, nullable=False)
)


def of(uow: UnitOfWork, case_id: UUID) -> int:
    """The floor of a case; 0 when no restore named one."""
    row = uow.get(case_floor, case_id=case_id)
    return row["epoch"] if row is not None else 0


def known(connection: Connection, case_id: UUID) -> int:
    """As `of`, beside the writer."""
    query = select(case_floor.c.epoch).where(case_floor.c.case_id == case_id)
    return connection.scalar(query) or 0


def raise_to(uow: UnitOfWork, case_id: UUID, epoch: int) -> None:
    """Raise the floor of a case; it never sinks."""
    row = uow.get(case_floor, case_id=case_id)
    if row is None:
        uow.insert(case_floor, {"case_id": case_id, "epoch": epoch})
    elif row["epoch"] < epoch:
        uow.update(case_floor, {"case_id": case_id}, {"epoch": epoch})
