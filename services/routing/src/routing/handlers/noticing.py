"""States that wait on somebody who does not come: noticed once, entered and reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Row
from routing.handlers import letters, reports
from routing.handlers.casefile import CaseFile
from routing.node import Node
from routing.storage import handoffs
from routing.storage import supervision as rows
from routing.storage.sweeping import WAITING

Values = Mapping[str, Any]
TABLES = {table.name: table for table in WAITING}
UNCLAIMED = "UNCLAIMED"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A row of a case whose day has passed: a joint handling, a supervision, a referral."""

    case_id: UUID
    table: str
    row_id: UUID


def notice_overdue(uow: UnitOfWork, command: Overdue, *, node: Node) -> bool:
    """Enter once that it is overdue, and report it up. False when it is not any more."""
    table = TABLES[command.table]
    case = CaseFile.open(uow, node, command.case_id)
    row = rows.find(uow, table, case.case_id, command.row_id)
    if row is None or row["state"] not in WAITING[table] or row["noticed_at"] is not None:
        return False
    if case.custody not in letters.HERE or row["due_on"] >= node.today(uow.now).isoformat():
        return False
    rows.change(uow, table, row, noticed_at=uow.now)
    unit = row.get("unit", "") or case.row["holder_unit"]
    case.append(
        f"{command.table}.overdue",
        unit=unit,
        actor=uow.caller.id,
        body={f"{command.table}_id": str(command.row_id), "due_on": row["due_on"]},
    )
    upper = reports.upper_not_meant(case, unit)
    if upper and upper != case.row["holder_unit"]:
        reports.send(uow, case, "overdue", upper, about=command.table)
    case.save()
    return True


def notice_unclaimed(uow: UnitOfWork, handoff_id: UUID, *, node: Node) -> bool:
    """A child has not claimed a case for an hour: the sender is told once; it may recall."""
    row = handoffs.load(uow, handoff_id)
    if row["state"] != Row.OFFERED or row["last_reason"]:
        return False
    handoffs.change(uow, row, last_reason=UNCLAIMED)
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="overdue",
            case_id=row["case_id"],
            epoch=row["epoch"],
            from_unit=row["to_unit"],
            to_unit=row["from_unit"],
            handoff_id=str(handoff_id),
            body={"about": "unclaimed", "to_unit": row["to_unit"]},
        ),
    )
    log.warning("handover_unclaimed", handoff_id=str(handoff_id), peer=row["to_node"])
    return True
