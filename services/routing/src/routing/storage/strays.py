"""Cases held here by units that may live on another node now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, State
from routing.storage.tables import case_row, intent

HELD = (case_row.c.custody == Custody.HELD, case_row.c.state != State.ENDED)


def holders(uow: UnitOfWork) -> list[str]:
    """Units that hold cases on this node."""
    query = select(case_row.c.holder_unit).where(*HELD).distinct()
    return sorted(row.holder_unit for row in uow.query(query))


def cases(uow: UnitOfWork, unit: str, limit: int) -> list[Mapping[str, Any]]:
    """Cases a unit holds for which no hand-over is ordered yet."""
    ordered = select(intent.c.case_id).where(intent.c.state == "pending")
    query = select(case_row.c.case_id).where(
        case_row.c.holder_unit == unit, *HELD, case_row.c.case_id.not_in(ordered)
    )
    found = [uow.get(case_row, case_id=row.case_id) for row in uow.query(query.limit(limit))]
    return [row for row in found if row is not None]
