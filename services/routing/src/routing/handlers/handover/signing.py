"""Signing for a case (签收), objecting to it (异议), and the sender's decision."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import DecideObjection, Object, SignFor
from routing.domain.words import Kind, Objection, Side
from routing.errors import (
    CaseEnded,
    DesignationBinds,
    NoObjection,
    NothingToSign,
    NotTheHolder,
    NotTheSender,
    ObjectionPending,
    ObjectionTooLate,
)
from routing.errors.reviews import NoObjectionToReview
from routing.handlers import clocks, letter_box, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.handover.accepting import accept
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.staff_notices import owe_objection
from routing.node import Node
from routing.storage import handoffs

Values = Mapping[str, Any]


def sign_for(uow: UnitOfWork, command: SignFor, *, node: Node) -> Outcome:
    """Sign for the hand-over by which the case came. Signing twice changes nothing."""
    case, taken = _received(uow, node, command)
    if case.row["objection"]:
        raise ObjectionPending(case_id=case.case_id, handoff_id=case.row["objection"])
    if taken["signed_at"] is None:
        accept(uow, case, taken, uow.caller.id)
        case.save()
    return outcome(case, taken["handoff_id"])


def object_to(uow: UnitOfWork, command: Object, *, node: Node) -> Outcome:
    """Object within the clock, with reasons; until the decision nothing else is handed on."""
    case, taken = _received(uow, node, command)
    if taken["kind"] == Kind.REVIEW:
        raise NoObjectionToReview(case_id=case.case_id)
    if taken["kind"] == Kind.DESIGNATE:
        raise DesignationBinds(case_id=case.case_id)
    if case.row["objection"]:
        return outcome(case, taken["handoff_id"])
    decided = taken["objection"] != Objection.NONE
    if taken["signed_at"] is not None or decided or clocks.objection_lapsed(uow, case, taken):
        raise ObjectionTooLate(handoff_id=taken["handoff_id"])
    handoffs.change(
        uow,
        taken,
        objection=Objection.OPEN,
        objected_at=uow.now,
        objection_grounds=command.grounds,
        objection_proposes=command.proposes,
    )
    case.set(objection=str(taken["handoff_id"]))
    body = {"grounds": command.grounds, "proposes": command.proposes, "held_epoch": str(case.epoch)}
    case.append(
        "handover.objected",
        unit=case.row["holder_unit"],
        actor=uow.caller.id,
        body=body | {"handoff_id": str(taken["handoff_id"])},
    )
    clocks.on_objected(uow, case, taken)
    if taken["side"] != Side.BOTH:
        _tell_sender(uow, case, taken, body)
    else:
        owe_objection(uow, node, case.row, taken["handoff_id"], taken["from_unit"])
    case.save()
    return outcome(case, taken["handoff_id"])


def _tell_sender(uow: UnitOfWork, case: CaseFile, taken: Values, body: Mapping[str, str]) -> None:
    """The decision belongs to the unit that started the hand-over, not to a node in between."""
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind="objection",
            case_id=case.case_id,
            epoch=taken["epoch"],
            from_unit=case.row["holder_unit"],
            to_unit=taken["origin_unit"] or taken["from_unit"],
            handoff_id=str(taken["origin_handoff_id"] or taken["handoff_id"]),
            body=dict(body) | {"taken_as": str(taken["handoff_id"])},
        ),
    )


def _received(uow: UnitOfWork, node: Node, command: SignFor | Object) -> tuple[CaseFile, Values]:
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    if case.ended:
        raise CaseEnded(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        raise NotTheHolder(case_id=case.case_id, holder=case.row["holder_unit"])
    taken = handoffs.last_taken(uow, case.case_id)
    wanted = command.handoff_id
    if taken is None or (wanted is not None and wanted != taken["handoff_id"]):
        raise NothingToSign(case_id=case.case_id)
    return case, taken


def decide_objection(uow: UnitOfWork, command: DecideObjection, *, node: Node) -> str:
    """The sender decides: `decided` when applied here, `sent` when the case is at another node.

    The decision never takes the case: upheld orders the holder's node to return it.
    """
    row = handoffs.load(uow, command.handoff_id)
    sender = row["origin_unit"] or row["from_unit"]
    if uow.caller.unit != sender:
        raise NotTheSender(handoff_id=command.handoff_id)
    if row["objection"] != Objection.OPEN:
        raise NoObjection(handoff_id=command.handoff_id)
    verdict = Objection.UPHELD if command.upheld else Objection.OVERRULED
    body = {
        "upheld": "yes" if command.upheld else "no",
        "grounds": command.grounds,
    }
    if row["side"] == Side.BOTH and _is_open_here(uow, node, row):
        return _decide_here(uow, node, row, body)
    handoffs.change(uow, row, objection=verdict)
    taken_as, held = _as_taken(uow, row)
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="decision",
            case_id=row["case_id"],
            epoch=row["epoch"],
            from_unit=sender,
            handoff_id=taken_as,
            body=body | held,
        ),
    )
    return "sent"


def _is_open_here(uow: UnitOfWork, node: Node, row: Values) -> bool:
    """Whether the case is still here; its unit may have gone to another node and objected there."""
    case = CaseFile.open(uow, node, row["case_id"])
    return bool(case.row["objection"] == str(row["handoff_id"]))


def _as_taken(uow: UnitOfWork, row: Values) -> tuple[str, dict[str, str]]:
    """The id and epoch under which the objecting unit took the case, as its objection told."""
    told = [
        mail
        for mail in letters.of_case(uow, row["case_id"])
        if mail["kind"] == "objection" and mail["handoff_id"] == str(row["handoff_id"])
    ]
    if not told:
        return str(row["handoff_id"]), {}
    body = told[-1]["body"]
    return body["taken_as"], {"held_epoch": body["held_epoch"]}


def _decide_here(uow: UnitOfWork, node: Node, row: Values, body: Mapping[str, str]) -> str:
    case = CaseFile.open(uow, node, row["case_id"])
    decision = {
        "handoff_id": str(row["handoff_id"]),
        "from_unit": uow.caller.unit,
        "actor": uow.caller.id,
        "at": uow.now,
        "body": body,
    }
    if case.row["objection"] != str(row["handoff_id"]):
        raise NoObjection(handoff_id=row["handoff_id"])
    letter_box.decide_here(uow, case, decision)
    case.save()
    return "decided"
