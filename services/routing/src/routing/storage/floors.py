"""The highest epoch of a case that a restore made known; custody taken later starts above it.

It belongs to the node as a whole, not to a link, and also to cases this node has no row of.
"""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Table, select

from kernel.unit_of_work import UnitOfWork
from routing.storage.metadata import case_id as case_id_column
from routing.storage.metadata import metadata

case_floor = Table(
    "case_floor",
    metadata,
    case_id_column(),
    Column("epoch", BigInteger, nullable=False),
    Column("found", Boolean, nullable=False, default=False),  # a restore found the case here
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


def note_found(uow: UnitOfWork, case_id: UUID, epoch: int) -> None:
    """A restore found this case in the backup: it goes on above its epoch, however that ends."""
    raise_to(uow, case_id, epoch)
    uow.update(case_floor, {"case_id": case_id}, {"found": True})


def was_found(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether the case was in the backup; one registered since is nobody else's."""
    row = uow.get(case_floor, case_id=case_id)
    return row is not None and bool(row["found"])
