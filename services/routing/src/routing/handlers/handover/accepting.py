"""A received case is accepted by signing, by handing it on, or by a substantive act."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.handlers import clocks
from routing.handlers.casefile import CaseFile
from routing.storage import handoffs

Values = Mapping[str, Any]


def accept(uow: UnitOfWork, case: CaseFile, taken: Values, actor: str) -> None:
    """The hand-over by which the case came is accepted."""
    handoffs.change(uow, taken, signed_at=uow.now)
    case.set(signed=True)
    case.append(
        "handover.signed",
        unit=case.row["holder_unit"],
        actor=actor,
        body={"handoff_id": str(taken["handoff_id"])},
    )
    clocks.on_signed(uow, case, taken)


def accept_by_acting(uow: UnitOfWork, case: CaseFile, actor: str) -> None:
    """Whoever acts on an unsigned case has accepted it, unless an objection waits."""
    if case.row["signed"] or case.row["objection"]:
        return
    taken = handoffs.last_taken(uow, case.case_id)
    if taken is not None and taken["signed_at"] is None:
        accept(uow, case, taken, actor)
