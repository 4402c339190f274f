"""Bodies that will never run Lianxin: matters referred to them, and matters they assigned."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.regulation import Start
from kernel.unit_of_work import UnitOfWork
from routing.commands.joint import RecordAssignment, RecordReferral, ReferOut
from routing.errors import CannotReceive, OutsideUnitUnknown, ReferralClosed, ReferralUnknown
from routing.handlers import clocks, due_dates, ending, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.handover.accepting import accept_by_acting
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.referring import new_referral
from routing.handlers.reviews import following
from routing.handlers.standing import as_holder
from routing.node import Node
from routing.storage import sealed
from routing.storage.supervision import add, change, find, referral

Values = Mapping[str, Any]
NEXT = {
    "sent": frozenset({"received", "answered", "declined"}),
    "received": frozenset({"answered", "declined"}),
}
"""What may follow in a referral. A body that declines leaves the matter with the holder."""
GONE = frozenset({"received", "answered"})
"""States at which a matter that was to leave for good has left."""


def refer_out(uow: UnitOfWork, command: ReferOut, *, node: Node) -> tuple[Outcome, UUID]:
    """Refer to a body outside; the holder goes on telling the resident. Answers the referral's id.

    Raises:
        OutsideUnitUnknown: the directory has no such body now.
        CannotReceive: the matter is about it.
        FieldWrong: the due date has passed.
    """
    case = as_holder(uow, node, command)
    due_dates.not_past(command.due_on, uow.now)
    _may_get(uow, case, command.outside_unit)
    row = new_referral(uow, case, command.outside_unit, "sent", command.due_on)
    row |= {"letter_no": command.letter_no, "ends": command.ends}
    add(uow, referral, row)
    note = {"note": command.note} if command.note else {}
    _append(uow, case, "referral.sent", row, note)
    case.save()
    return outcome(case), row["referral_id"]


def _may_get(uow: UnitOfWork, case: CaseFile, body: str) -> None:
    outside = case.node.directory().outside.get(body)
    if outside is None or not outside.valid_on(case.node.today(uow.now)):
        raise OutsideUnitUnknown(unit=body)
    if body in case.row["about_units"]:
        raise CannotReceive(unit=body, problem="UNIT_COMPLAINED_OF")


def record_referral(uow: UnitOfWork, command: RecordReferral, *, node: Node) -> Outcome:
    """Record by hand what the body did; the matter ends when it was to leave for good.

    Raises:
        ReferralUnknown, ReferralClosed.
    """
    case = as_holder(uow, node, command)
    row = find(uow, referral, case.case_id, command.referral_id)
    if row is None or row["direction"] != "out":
        raise ReferralUnknown(referral_id=command.referral_id)
    if command.state not in NEXT.get(row["state"], ()):
        raise ReferralClosed(referral_id=command.referral_id, state=row["state"])
    stamp = "received_at" if command.state == "received" else "answered_at"
    change(uow, referral, row, **{"state": command.state, stamp: uow.now})
    if command.answer:
        _keep_answer(uow, case, row, command.answer)
    _append(uow, case, f"referral.{command.state}", row, {})
    following.on_referral(uow, case, row, command.state)
    if row["ends"] and command.state in GONE:
        accept_by_acting(uow, case, uow.caller.id)
        ending.end(uow, case, "referred_out", uow.now)
    case.save()
    return outcome(case)


def _keep_answer(uow: UnitOfWork, case: CaseFile, row: Values, text: str) -> None:
    """The answer told to the resident is personal: sealed, with the case."""
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="referral_answer",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=row["outside_unit"],
            to_unit=case.row["holder_unit"],
            body={"referral_id": str(row["referral_id"])},
            sealed_body=sealed.seal(uow, case.node, case.case_id, text.encode()),
        ),
    )


def record_assignment(uow: UnitOfWork, command: RecordAssignment, *, node: Node) -> Outcome:
    """A superior outside assigned the matter: its number, its date, the report owed to it.

    The date is the case's: it stands through every hand-over. A true date may have passed when it
    is recorded, before the receipt only in a backlog case (积案).

    Raises:
        OutsideUnitUnknown, CannotReceive.
        FieldWrong: the date lies before the receipt.
    """
    case = as_holder(uow, node, command)
    if not case.row["backlog"]:
        due_dates.not_before_receipt(command.due_on, case.row["received_at"])
    _may_get(uow, case, command.outside_unit)
    row = new_referral(uow, case, command.outside_unit, "owed", command.due_on)
    row |= {"letter_no": command.their_no, "report_owed": command.report_owed}
    add(uow, referral, row)
    _append(uow, case, "assignment.recorded", row, {})
    if command.due_on:
        today = uow.now.astimezone(SHANGHAI).date()
        begun = min(today, date.fromisoformat(command.due_on))
        clocks.start_from(uow, case, Start.ASSIGNMENT, begun, on=command.due_on)
    case.save()
    return outcome(case)


def _append(
    uow: UnitOfWork, case: CaseFile, kind: str, row: Values, more: Mapping[str, str]
) -> None:
    body = {
        "referral_id": str(row["referral_id"]),
        "outside_unit": row["outside_unit"],
        "due_on": row["due_on"],
        "letter_no": row["letter_no"],
    }
    filled = {name: value for name, value in body.items() if value}
    case.append(kind, unit=uow.caller.unit, actor=uow.caller.id, body=filled | dict(more))
