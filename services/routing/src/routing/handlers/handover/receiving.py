"""The receiver's side: a parcel is stored in one transaction, then the services are granted it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HearOffer, PeerCall, ReceiveParcel
from routing.domain import parcel, protocol
from routing.domain.parcel import ROUTING_PART, HandoffFacts, Parcel
from routing.domain.protocol import Effect, Message
from routing.domain.words import Custody, Direction, Row, Side, State
from routing.errors import DirectoryBehind, NodeDraining, NotYourHandover
from routing.handlers import branches
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import passing
from routing.node import Node
from routing.storage import draining, floors, handoffs, log, portable, sealed
from routing.storage.tables import case_row

Values = Mapping[str, Any]


def receive(uow: UnitOfWork, command: ReceiveParcel, *, node: Node) -> str:
    """Take a parcel, or answer a repeat as it was answered: RECEIVED, VOID or REFUSED."""
    facts = command.parcel.handoff
    row = handoffs.find(uow, facts.handoff_id)
    message = Message.DELIVER if command.deliver else Message.SAID_HERE
    if row is not None and row["from_node"] != command.from_node:
        raise NotYourHandover(handoff_id=facts.handoff_id)
    rule = protocol.rule_for(message, row["state"] if row else None)
    if rule.effect is not Effect.TAKE:
        return rule.answer
    if command.deliver and draining.is_on(uow):
        raise NodeDraining(node=node.code)
    _check_address(command, node)
    return _take(uow, command, row, node)


def _check_address(command: ReceiveParcel, node: Node) -> None:
    """Directory skew is retryable: a unit this node does not know yet is no refusal.

    A unit that this node does not host (any more) takes its case here all the same: the row is
    pinned to this node, which holds it until it is relocated. The directory decides nothing.
    """
    directory = node.directory()
    facts = command.parcel.handoff
    unknown = [u for u in (facts.to_unit, facts.final_unit) if u not in directory.units]
    if unknown:
        raise DirectoryBehind(unit=unknown[0], version=directory.version)


def _take(uow: UnitOfWork, command: ReceiveParcel, row: Values | None, node: Node) -> str:
    facts = command.parcel.handoff
    own = uow.get(case_row, case_id=facts.case_id)
    stale = protocol.is_stale(_own_epoch(uow, own, facts.case_id, node), facts.epoch)
    if command.deliver and stale:
        branches.refuse_foreign_time(uow, node, own, command.from_node, facts.epoch)
    elif command.deliver:
        branches.refuse_foreign(uow, node, own, command.from_node)
    floor = floors.of(uow, facts.case_id)
    epoch = 0 if stale else protocol.next_epoch(facts.epoch, floor)
    _store_row(uow, command, row, node, took=epoch)
    if stale:
        return "RECEIVED"
    _store_case(uow, command.parcel, own, epoch, node)
    return "RECEIVED"


def _own_epoch(uow: UnitOfWork, own: Values | None, case_id: UUID, node: Node) -> int:
    """This node's epoch of a case; a restored node may know it only by a row it had sent."""
    sent = [
        row["epoch"]
        for row in handoffs.of_case(uow, case_id)
        if row["from_node"] == node.code and row["state"] == Row.DELIVERED
    ]
    known = own is not None and own["custody"] != Custody.NONE
    held: int = own["epoch"] if own is not None and known else 0
    newest: int = max([held, *sent])
    return newest


def _store_row(
    uow: UnitOfWork, command: ReceiveParcel, row: Values | None, node: Node, *, took: int
) -> None:
    """The row RECEIVED; one that came down still owes its Confirm."""
    facts = command.parcel.handoff
    if row is None:
        handoffs.add(
            uow,
            facts,
            side=Side.RECEIVER,
            direction=Direction.UP if command.deliver else Direction.DOWN,
            from_node=command.from_node,
            to_node=node.code,
            state=Row.RECEIVED,
            received_at=uow.now,
            took=took,
            confirmed=command.deliver,
        )
        return
    values = {name: getattr(facts, name) for name in handoffs.COMMON if name != "handoff_id"}
    values["copied_units"] = list(facts.copied_units)
    handoffs.change(
        uow,
        row,
        **values,
        state=Row.RECEIVED,
        received_at=uow.now,
        took=took,
        active=True,
        next_try_at=uow.now,
        tries=0,
    )


def _store_case(
    uow: UnitOfWork, parcel: Parcel, own: Values | None, epoch: int, node: Node
) -> None:
    facts = parcel.handoff
    for part in parcel.parts:
        content = sealed.seal(uow, node, facts.case_id, part.content)
        blobs = [{"sha256": blob.sha256, "size": blob.size} for blob in part.blobs]
        handoffs.add_part(
            uow,
            {"handoff_id": facts.handoff_id, "case_id": facts.case_id},
            part.service,
            format=part.format,
            content=content,
            blobs=blobs,
            blob_state="owed" if blobs else "",
        )
    routing = next(part for part in parcel.parts if part.service == ROUTING_PART)
    row = portable.load(uow, node, routing.content, own, facts.case_id)
    log.store_missing(uow, facts.case_id, parcel.log)
    last = parcel.log[-1]
    case = CaseFile(uow, node, row)
    case.set(log_n=0, log_hash=last.hash, node=node.code)
    if facts.to_unit == facts.final_unit:
        _arrive(uow, case, facts, epoch)
    else:
        passing.pass_on(uow, case, facts, epoch, parcel)
    case.save()


def _arrive(uow: UnitOfWork, case: CaseFile, facts: HandoffFacts, epoch: int) -> None:
    """The final unit's node: RECEIVED until every service of the node has its grant."""
    handed = {part["service"] for part in handoffs.parts(uow, facts.handoff_id)}
    for service in case.node.services:
        if service not in handed:
            row = {"handoff_id": facts.handoff_id, "case_id": facts.case_id}
            handoffs.add_part(uow, row, service)
        handoffs.change_part(
            uow, handoffs.part(uow, facts.handoff_id, service), import_state="owed"
        )
    case.enter_epoch(epoch, after=facts.epoch)
    case.set(
        custody=Custody.RECEIVED,
        state=State.OUT,
        holder_unit=facts.to_unit,
        holder_path=case.node.directory().path_of_unit(facts.to_unit),
    )


def hear_offer(uow: UnitOfWork, command: HearOffer, *, node: Node) -> None:
    """The parent offers a case: want it; a repeat for one received owes the Confirm again."""
    row = handoffs.find(uow, command.handoff_id)
    rule = protocol.rule_for(Message.OFFER, row["state"] if row else None)
    if row is None and draining.is_on(uow):
        return  # it stays with the sender, who offers it again and again, or takes it back
    if row is None:
        offered = parcel.blank(command.handoff_id, command.case_id, command.epoch, uow.now)
        wanted = replace(offered, to_unit=command.to_unit, final_unit=command.to_unit)
        handoffs.add(
            uow,
            wanted,
            side=Side.RECEIVER,
            direction=Direction.DOWN,
            from_node=command.from_node,
            to_node=node.code,
            state=Row.WANT,
        )
    elif rule.answer == "CONFIRM" and row["confirmed"]:
        handoffs.change(uow, row, confirmed=False, active=True, next_try_at=uow.now)


def cancel(uow: UnitOfWork, command: PeerCall, *, node: Node) -> str:
    """A child wants an escalation back: RECEIVED when it is here, else VOID for ever."""
    row = handoffs.find(uow, command.handoff_id)
    if row is not None and row["from_node"] != command.from_node:
        raise NotYourHandover(handoff_id=command.handoff_id)
    rule = protocol.rule_for(Message.CANCEL, row["state"] if row else None)
    if rule.effect is not Effect.ENTOMB or command.case_id is None:
        return rule.answer
    own = uow.get(case_row, case_id=command.case_id)
    branches.refuse_foreign_time(uow, node, own, command.from_node, command.epoch)
    stale = protocol.is_stale(_own_epoch(uow, own, command.case_id, node), command.epoch)
    tomb = parcel.blank(command.handoff_id, command.case_id, command.epoch, uow.now)
    handoffs.add(
        uow,
        tomb,
        side=Side.RECEIVER,
        direction=Direction.UP,
        from_node=command.from_node,
        to_node=node.code,
        state=Row.RECEIVED if stale else Row.VOID,
        active=False,
        confirmed=True,
    )
    return "RECEIVED" if stale else "VOID"
