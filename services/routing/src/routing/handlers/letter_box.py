"""What a letter does when it arrives at the node it is meant for."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain.words import Custody, Kind, Objection
from routing.errors import ServiceBusy
from routing.handlers import clocks, erasing, follow_ups, letter_kinds, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents, recalling
from routing.handlers.reviews import asking, deciding, forwarding
from routing.handlers.staff_notices import owe_objection
from routing.node import Node
from routing.storage import handoffs
from routing.storage.tables import case_row, letter

Values = Mapping[str, Any]
Apply = Callable[[UnitOfWork, Node, Values], str]
"""Applies a letter; answers the state it ends in: applied, or parked with the reason."""


def open_letter(uow: UnitOfWork, letter_id: UUID, *, node: Node) -> str:
    """Apply an arrived letter once. Answers its state afterwards."""
    row = uow.get(letter, letter_id=letter_id)
    if row is None or row["state"] != "arrived":
        return "gone" if row is None else str(row["state"])
    apply = KINDS.get(row["kind"])
    if apply is None:
        letters.change(uow, row, state="parked", reason="KIND_UNKNOWN")
        return "parked"
    state = apply(uow, node, row)
    if state in {"applied", "parked"}:
        letters.change(uow, row, state=state)
    return state


def _note(uow: UnitOfWork, node: Node, row: Values) -> str:
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    late = row["epoch"] < case.epoch
    case.append(
        "note.late" if late else "note.added",
        unit=row["from_unit"],
        actor=row["actor"],
        at=row["at"],
        body=dict(row["body"]) | {"letter_id": str(row["letter_id"])},
    )
    case.save()
    return "applied"


def _objection(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the sender: the hand-over's row shows the objection until somebody decides."""
    sent = handoffs.find(uow, UUID(row["handoff_id"]))
    if sent is None:
        return "parked"
    if sent["objection"] == Objection.NONE:
        handoffs.change(
            uow,
            sent,
            objection=Objection.OPEN,
            objected_at=row["at"],
            objection_grounds=row["body"].get("grounds", ""),
            objection_proposes=row["body"].get("proposes", ""),
        )
        case = uow.get(case_row, case_id=sent["case_id"])
        if case is not None:
            owe_objection(uow, node, case, sent["handoff_id"], sent["from_unit"])
    return "applied"


def _decision(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: the sender's decision on its objection binds, for that epoch only."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    if case.row["objection"] != row["handoff_id"] or _epoch_of(row) != case.epoch:
        return _note(uow, node, row)
    decide_here(uow, case, row)
    case.save()
    return "applied"


def _epoch_of(row: Values) -> int:
    return int(row["body"].get("held_epoch", row["epoch"]))


def decide_here(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """Apply a decision: upheld orders the return, overruled counts as signed."""
    upheld = row["body"].get("upheld") == "yes"
    taken = handoffs.load(uow, UUID(row["handoff_id"]))
    verdict = Objection.UPHELD if upheld else Objection.OVERRULED
    handoffs.change(uow, taken, objection=verdict, signed_at=None if upheld else uow.now)
    case.append(
        f"objection.{verdict}",
        unit=row["from_unit"],
        actor=row["actor"],
        at=row["at"],
        body={"handoff_id": row["handoff_id"], "grounds": row["body"].get("grounds", "")},
    )
    clocks.on_decided(uow, case, row["at"])
    if upheld:  # the objection stays open until the return is made: nothing else goes meanwhile
        intents.order(uow, case, Kind.RETURN, row["from_unit"], reason="objection_upheld")
    else:
        case.set(signed=True, objection="")
        clocks.on_signed(uow, case, {**taken, "signed_at": uow.now})


def _order(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: a binding designation; the holder's node hands over."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    if case.custody is Custody.RELEASING:  # it goes with the case, or is obeyed when that stays
        raise ServiceBusy(case_id=case.case_id, problem="RELEASING")
    obey(uow, case, row)
    case.save()
    return "applied"


def obey(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """Enter the designation in the log and order the hand-over; a frozen case may go by it."""
    to_unit = row["body"]["unit"]
    case.append(
        "custody.designated",
        unit=row["from_unit"],
        actor=row["actor"],
        at=row["at"],
        body={
            "unit": to_unit,
            "grounds": row["body"].get("grounds", ""),
            "conference_id": row["body"].get("conference_id", ""),
        },
    )
    intents.drop_pending(uow, case)
    case.set(objection="")
    clocks.on_undecided(uow, case)
    if to_unit == case.row["holder_unit"]:
        case.set(frozen=False, freeze_reason="", signed=True, pending="")
        return
    intents.order(
        uow,
        case,
        Kind.DESIGNATE,
        to_unit,
        reason="designation",
        due_on=row["body"].get("due_on", ""),
    )


def _recall_wish(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At a node in between: turn the case round if it has not gone on, else follow or tell."""
    taken = handoffs.find(uow, UUID(row["handoff_id"]))
    if taken is None:
        return "parked"
    answer = recalling.recall_passing(uow, taken, node=node) if taken["passed_on"] else "too_late"
    if answer == "follow":
        onward = handoffs.last_out(uow, row["case_id"])
        if onward is not None:
            letters.send(uow, node, letters.recall_wish(onward, row["actor"]))
    return "applied"


def _filed(_uow: UnitOfWork, _node: Node, _row: Values) -> str:
    """Kept for the unit it is addressed to; its worklist shows it."""
    return "applied"


KINDS: dict[str, Apply] = {
    "late_note": _note,
    "note": _note,
    "objection": _objection,
    "decision": _decision,
    "order": _order,
    "recall_wish": _recall_wish,
    follow_ups.KIND: follow_ups.enter,
    asking.KIND: forwarding.enter,
    deciding.OPINION: _filed,
    deciding.BASIS: _filed,
    erasing.LETTER: erasing.enter,
    "question": _filed,
    **letter_kinds.KINDS,
}
"""What each kind of letter does; further kinds are added by the modules they belong to."""
