"""How many cases a unit or a subtree holds, before its place in the directory changes."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, or_, select

from kernel import subtrees
from kernel.unit_of_work import UnitOfWork
from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import State
from routing.storage.tables import case_row, handoff


def held_by(uow: UnitOfWork, unit: str) -> int:
    """Cases a unit holds, wherever they are."""
    return _count(uow, case_row.c.holder_unit == unit)


def held_below(uow: UnitOfWork, path: str, there: Collection[str]) -> int:
    """Cases held at a site and below it that are at none of these nodes."""
    elsewhere = case_row.c.node.not_in(sorted(there))
    return _count(uow, subtrees.below(case_row.c.holder_path, path) & elsewhere)


def left_at(uow: UnitOfWork, node: str) -> int:
    """Open cases that are at a node as far as headers tell, and open hand-overs with it."""
    there = _count(uow, case_row.c.node == node)
    with_it = or_(handoff.c.from_node == node, handoff.c.to_node == node)
    rows = select(func.count()).select_from(handoff)
    return there + int(uow.scalar(rows.where(with_it, handoff.c.state.in_(OPEN_ROWS))) or 0)


def _count(uow: UnitOfWork, where: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(case_row)
    return int(uow.scalar(query.where(where, case_row.c.state != State.ENDED)) or 0)
