"""Open due dates computed again when a holiday notice was loaded; each change is an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kernel import regulation
from kernel.regulation import Due
from kernel.unit_of_work import UnitOfWork
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.node import Node
from routing.storage import clocks

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecomputeDues:
    """The calendar changed on these days; `case_id` has clocks that may move."""

    case_id: UUID
    changed: tuple[date, ...]


def recompute(uow: UnitOfWork, command: RecomputeDues, *, node: Node) -> int:
    """Compute a case's open due dates again on the new calendar. Answers how many changed."""
    case = CaseFile.open(uow, node, command.case_id)
    rows = [r for r in clocks.of_case(uow, case.case_id) if r["state"] in clocks.OPEN]
    found = 0
    for row in rows:
        changes = regulation.recompute(
            running.profile_of(case),
            [running.due_of(row)],
            calendar=node.workdays(),
            changed=command.changed,
        )
        for change in changes:
            found += 1
            running.set_due(uow, case, row, change.after)
            _tell(case, row, change.after, settled=not change.moved)
    if found:
        running.refresh(uow, case)
        case.save()
    return found


def _tell(case: CaseFile, row: Values, after: Due, *, settled: bool) -> None:
    body = {"clock": row["clock"], "was": row["due_on"], "due_on": after.due.isoformat()}
    kind = "clock.settled" if settled else "clock.recomputed"
    unit = row["unit"] or case.row["holder_unit"]
    case.append(kind, unit=unit, actor=case.uow.caller.id, body=body)
