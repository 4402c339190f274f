"""Hand-overs ordered by a decision: they wait in the database until the case can go."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import BeginHandover
from routing.domain.words import Custody, Kind
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import begin
from routing.node import Node
from routing.storage.owed import Errand
from routing.storage.tables import intent

Values = Mapping[str, Any]
AGAIN_AFTER = timedelta(seconds=30)


def order(uow: UnitOfWork, case: CaseFile, kind: Kind, to_unit: str, **values: Any) -> UUID:
    """Order a hand-over of the case at its epoch. Answers the order's id."""
    intent_id = values.pop("intent_id", None) or uow.new_id()
    row = {
        "intent_id": intent_id,
        "case_id": case.case_id,
        "epoch": case.epoch,
        "kind": kind,
        "to_unit": to_unit,
        "state": "pending",
        "at": uow.now,
        "next_try_at": uow.now,
        "reason": "",
        "ordered_by": str(intent_id),
        "last_reason": "",
        "due_on": "",
    }
    uow.insert(intent, row | values)
    uow.note(Errand())
    case.set(pending=str(kind))
    return UUID(str(intent_id))


def drop_pending(uow: UnitOfWork, case: CaseFile) -> None:
    """A later order takes the place of what was ordered before and has not begun."""
    for row in uow.find(intent, case_id=case.case_id, state="pending"):
        _change(uow, row, state="dropped", last_reason="OVERTAKEN")


def wake(uow: UnitOfWork, case: CaseFile) -> None:
    """The case is HELD: what was ordered and waited for that is tried now, not at its next turn."""
    for row in uow.find(intent, case_id=case.case_id, state="pending"):
        _change(uow, row, next_try_at=uow.now)
        uow.note(Errand())


def pursue(uow: UnitOfWork, intent_id: UUID, *, node: Node) -> bool:
    """Begin the ordered hand-over if the case is HELD here; False while it cannot begin."""
    row = uow.get(intent, intent_id=intent_id)
    if row is None or row["state"] != "pending":
        return True
    case = CaseFile.open(uow, node, row["case_id"])
    if case.custody is not Custody.HELD:
        _wait(uow, row, "NOT_HELD_NOW")
        return False
    if row["kind"] == Kind.RELOCATE and case.row["objection"]:
        _wait(uow, row, "OBJECTION_PENDING")
        return False
    if case.ended or _is_there(node, case, row):
        _change(uow, row, state="dropped", last_reason="NOTHING_TO_DO")
        case.set(pending="")
        if row["kind"] != Kind.RELOCATE:
            case.set(frozen=False, freeze_reason="", objection="")
        case.save()
        return True
    _begin(uow, case, row)
    case.save()
    return True


def _is_there(node: Node, case: CaseFile, row: Values) -> bool:
    """Whether the unit holds it already; a relocation looks at the node, not at the unit."""
    same_unit = case.row["holder_unit"] == row["to_unit"]
    return same_unit and (row["kind"] != Kind.RELOCATE or node.hosts(row["to_unit"]))


def _begin(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    command = BeginHandover(
        case_id=case.case_id,
        epoch=case.epoch,
        version=0,
        kind=Kind(row["kind"]),
        to_unit=row["to_unit"],
        reason=row["reason"],
        due_on=row["due_on"],
    )
    begin.start(uow, case, command, ordered_by=str(row["intent_id"]))
    _wait(uow, row, "")


def _wait(uow: UnitOfWork, row: Values, reason: str) -> None:
    _change(uow, row, tries=row["tries"] + 1, next_try_at=uow.now + AGAIN_AFTER, last_reason=reason)


def note_refused(uow: UnitOfWork, handover: Values, reason: str) -> None:
    """A part of the case did not let go: a person's wish is dropped, an order stays pending."""
    row = _of(uow, handover)
    if row is not None and row["state"] == "pending":
        _wait(uow, row, reason)


def note_done(uow: UnitOfWork, handover: Values) -> None:
    """The ordered hand-over has arrived."""
    row = _of(uow, handover)
    if row is not None and row["state"] == "pending":
        _change(uow, row, state="done")


def _of(uow: UnitOfWork, handover: Values) -> Values | None:
    try:
        intent_id = UUID(handover["ordered_by"])
    except ValueError:
        return None
    return uow.get(intent, intent_id=intent_id)


def _change(uow: UnitOfWork, row: Values, **values: Any) -> None:
    version = row["version"]
    key = {"intent_id": row["intent_id"]}
    uow.update(intent, key, values | {"version": version + 1}, expect={"version": version})
