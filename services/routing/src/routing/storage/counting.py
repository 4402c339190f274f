"""How many cases a unit or a subtree holds, before its place in the directory changes."""

from sqlalchemy import ColumnElement, func, select

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import State
from routing.storage import paths
from routing.storage.tables import case_row


def held_by(uow: UnitOfWork, unit: str) -> int:
    """Cases a unit holds, wherever they are."""
    return _count(uow, case_row.c.holder_unit == unit)


def held_below(uow: UnitOfWork, path: str) -> int:
    """Cases held at a site and below it."""
    return _count(uow, paths.below(case_row.c.holder_path, path))


def _count(uow: UnitOfWork, where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(case_row)
    return int(uow.scalar(query.where(where, case_row.c.state != State.ENDED)) or 0)
