"""Open due dates computed again when a holiday notice was loaded; each change is an entry."""

from collections.abc import Collection, Mapping
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
from routing.storage import clocks, knowledge

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecomputeDues:
    """The calendar changed on these days; `case_id` has clocks that may move."""

    case_id: UUID
    changed: tuple[date, ...]


def recompute(uow: UnitOfWork, command: RecomputeDues, *, node: Node) -> int:
    """Compute a case's open due dates again on the new calendar. Answers how many changed."""
    case = CaseFile.open(uow, node, command.case_id)
    found = _again(uow, case, command.changed)
    if found:
        case.save()
    return found


def catch_up(uow: UnitOfWork, case: CaseFile) -> None:
    """The case is held here (again): notices that came while it was on its way are applied to it.

    Dates that go by this node's calendar already stay as they are. The caller saves.
    """
    _again(uow, case, knowledge.days_changed(uow))


def _again(uow: UnitOfWork, case: CaseFile, changed: Collection[date]) -> int:
    found = 0
    for row in clocks.of_case(uow, case.case_id):
        if row["state"] not in clocks.OPEN:
            continue
        changes = regulation.recompute(
            running.profile_of(case),
            [running.due_of(row)],
            calendar=case.node.workdays(),
            changed=changed,
        )
        for change in changes:
            found += 1
            running.set_due(uow, case, row, change.after)
            _tell(case, row, change.after, settled=not change.moved)
    if found:
        running.refresh(uow, case)
    return found


def _tell(case: CaseFile, row: Values, after: Due, *, settled: bool) -> None:
    body = {"clock": row["clock"], "was": row["due_on"], "due_on": after.due.isoformat()}
    kind = "clock.settled" if settled else "clock.recomputed"
    unit = row["unit"] or case.row["holder_unit"]
    case.append(kind, unit=unit, actor=case.uow.caller.id, body=body)
