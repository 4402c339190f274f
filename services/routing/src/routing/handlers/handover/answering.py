"""The sender's side: what the receiver says, and what it asks."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HearAnswer, PeerCall, TryFailed
from routing.domain import parcel, protocol
from routing.domain.parcel import Parcel
from routing.domain.protocol import Effect, Message
from routing.domain.words import Custody, Direction, Row, Side, State
from routing.errors import NotYourHandover
from routing.handlers import clocks, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents, passing, release
from routing.handlers.handover.packing import parcel_of
from routing.node import Node
from routing.storage import handoffs

Values = Mapping[str, Any]
SAID = {
    "RECEIVED": Message.SAID_RECEIVED,
    "VOID": Message.SAID_VOID,
    "REFUSED": Message.SAID_REFUSED,
    "GONE": Message.SAID_GONE,
}


def claim(uow: UnitOfWork, command: PeerCall, *, node: Node) -> Parcel | None:
    """A child claims: CLAIMED is committed with the answer. None means GONE."""
    row = handoffs.find(uow, command.handoff_id)
    if row is None:
        _void_unknown(uow, command, node)
        return None
    if row["to_node"] != command.from_node:
        raise NotYourHandover(handoff_id=command.handoff_id)
    rule = protocol.rule_for(Message.CLAIM, row["state"])
    if rule.row != row["state"]:
        handoffs.change(uow, row, state=rule.row)
    return parcel_of(uow, node, row) if rule.answer == "HERE" else None


def _void_unknown(uow: UnitOfWork, command: PeerCall, node: Node) -> None:
    """A restored parent forgot the offer: the id is void for ever, so that GONE stays true."""
    case_id = command.case_id or command.handoff_id
    void = parcel.blank(command.handoff_id, case_id, command.epoch, uow.now)
    handoffs.add(
        uow,
        void,
        side=Side.SENDER,
        direction=Direction.DOWN,
        from_node=node.code,
        to_node=command.from_node,
        state=Row.VOID,
        active=False,
    )


def confirm(uow: UnitOfWork, command: PeerCall, *, node: Node) -> str:  # noqa: ARG001 (a handler)
    """The child has stored the case. A late Confirm touches the row only."""
    row = handoffs.load(uow, command.handoff_id)
    if row["to_node"] != command.from_node:
        raise NotYourHandover(handoff_id=command.handoff_id)
    rule = protocol.rule_for(Message.CONFIRM, row["state"])
    if rule.row != row["state"]:
        handoffs.change(uow, row, state=rule.row, active=False)
        _after_delivery(uow, row)
    return rule.row


def hear(uow: UnitOfWork, command: HearAnswer, *, node: Node) -> None:
    """The receiver's answer to Deliver, Cancel or Claim."""
    row = handoffs.load(uow, command.handoff_id)
    rule = protocol.rule_for(SAID[command.outcome], row["state"])
    if rule.row == row["state"]:
        return
    if rule.row == Row.DELIVERED:
        blobs = any(p["blob_state"] == "owed" for p in handoffs.parts(uow, row["handoff_id"]))
        handoffs.change(uow, row, state=rule.row, active=blobs, next_try_at=uow.now, tries=0)
        _after_delivery(uow, row)
    elif rule.effect is Effect.GIVE_BACK:
        give_back(uow, row, node, rule.row, command.reason)
    else:
        handoffs.change(uow, row, state=rule.row, active=False)


def _after_delivery(uow: UnitOfWork, row: Values) -> None:
    intents.note_done(uow, row)
    letters.follow(uow, row["case_id"], row["to_node"])


def give_back(uow: UnitOfWork, row: Values, node: Node, state: Row, reason: str) -> None:
    """An offered hand-over came to nothing: its epoch is consumed, the sender goes on at the next.

    Custody comes back only while it is still OUT at the row's epoch; in passing it turns round.
    """
    case = CaseFile.open(uow, node, row["case_id"])
    ours = protocol.gives_back(case.custody, case.epoch, row["epoch"])
    handoffs.change(
        uow, row, state=state, refusal=reason, active=ours, next_try_at=uow.now, tries=0
    )
    if not ours:
        return
    if _was_passing(uow, row):
        passing.turn_back(uow, case, row, reason or state)
        return
    case.enter_epoch(protocol.next_epoch(row["epoch"], case.floor), after=row["epoch"])
    case.set(
        custody=Custody.HELD,
        state=State.HELD,
        holder_unit=row["from_unit"],
        holder_path=node.directory().path_of_unit(row["from_unit"]),
    )
    release.owe_keep(uow, row, case)
    case.append(
        "handover.refused" if state is Row.REFUSED else "handover.recalled",
        unit=row["from_unit"],
        actor="",
        body={"handoff_id": str(row["handoff_id"]), "reason": reason},
    )
    clocks.catch_up(uow, case)
    intents.note_refused(uow, row, reason)
    letters.release_waiting(uow, case)
    case.save()


def _was_passing(uow: UnitOfWork, row: Values) -> bool:
    """Whether this row was written in passing: another hand-over of its chain was taken here."""
    chain = [r for r in handoffs.of_case(uow, row["case_id"]) if r["passed_on"]]
    return any(r["took"] == row["epoch"] for r in chain)


def note_failure(uow: UnitOfWork, command: TryFailed) -> None:
    """A step could not be made; it stays owed and visible."""
    row = handoffs.load(uow, command.handoff_id)
    handoffs.change(
        uow,
        row,
        tries=row["tries"] + 1,
        last_reason=command.reason,
        next_try_at=command.next_try_at,
    )
