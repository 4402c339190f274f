"""The receiver's side: a parcel is stored in one transaction, then the services are granted it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HandoffStep, HearOffer, PeerCall, ReceiveParcel
from routing.domain import protocol
from routing.domain.parcel import ROUTING_PART, HandoffFacts, Parcel
from routing.domain.protocol import Effect, Message
from routing.domain.route import next_hop
from routing.domain.words import Custody, Direction, Kind, Row, Side, State
from routing.errors import DirectoryBehind, NotYourHandover
from routing.handlers import clocks, letters
from routing.handlers import facts as case_facts
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import release
from routing.node import Node
from routing.storage import handoffs, log, portable, sealed
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
    _check_address(command, node)
    return _take(uow, command, row, node)


def _check_address(command: ReceiveParcel, node: Node) -> None:
    """Directory skew is retryable: a unit this node does not know or host yet is no refusal."""
    directory = node.directory()
    facts = command.parcel.handoff
    unknown = [u for u in (facts.to_unit, facts.final_unit) if u not in directory.units]
    if unknown:
        raise DirectoryBehind(unit=unknown[0], version=directory.version)
    if facts.to_unit == facts.final_unit and not node.hosts(facts.to_unit):
        raise DirectoryBehind(unit=facts.to_unit, version=directory.version)


def _take(uow: UnitOfWork, command: ReceiveParcel, row: Values | None, node: Node) -> str:
    facts = command.parcel.handoff
    own = uow.get(case_row, case_id=facts.case_id)
    own_epoch = own["epoch"] if own is not None and own["custody"] != Custody.NONE else 0
    stale = protocol.is_stale(own_epoch, facts.epoch)
    floor = own["floor"] if own is not None else 0
    epoch = 0 if stale else protocol.next_epoch(facts.epoch, floor)
    _store_row(uow, command, row, node, took=epoch)
    if stale:
        return "RECEIVED"
    _store_case(uow, command.parcel, own, epoch, node)
    return "RECEIVED"


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
    row = portable.load(uow, routing.content, own, facts.case_id)
    log.store_missing(uow, facts.case_id, parcel.log)
    last = parcel.log[-1]
    case = CaseFile(uow, node, row)
    case.set(log_n=0, log_hash=last.hash, node=node.code)
    if facts.to_unit == facts.final_unit:
        _arrive(uow, case, facts, epoch)
    else:
        _pass_on(uow, case, facts, epoch, parcel)
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
    case.enter_epoch(epoch)
    case.set(
        custody=Custody.RECEIVED,
        state=State.OUT,
        holder_unit=facts.to_unit,
        holder_path=case.node.directory().path_of_unit(facts.to_unit),
    )


def note_imported(uow: UnitOfWork, command: HandoffStep, *, node: Node) -> None:
    """A service stored its part and may write; with the last one the case is HELD."""
    line = handoffs.part(uow, command.handoff_id, command.service)
    if line["import_state"] == "owed":
        handoffs.change_part(uow, line, import_state="done")
    if any(p["import_state"] == "owed" for p in handoffs.parts(uow, command.handoff_id)):
        return
    row = handoffs.load(uow, command.handoff_id)
    case = CaseFile.open(uow, node, row["case_id"])
    if row["side"] == Side.BOTH:
        _hold_here(uow, case, row)
    elif case.custody is Custody.RECEIVED and case.epoch == row["took"]:
        hold(uow, case, row)
    case.save()
    settle(uow, command.handoff_id)


def _hold_here(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """Between units of one node: DELIVERED and HELD at the next epoch in one transaction."""
    if row["state"] != Row.OFFERED or case.custody is not Custody.OUT:
        return
    epoch = protocol.next_epoch(row["epoch"], case.row["floor"])
    handoffs.change(uow, row, state=Row.DELIVERED, took=epoch, received_at=uow.now, confirmed=True)
    case.enter_epoch(epoch)
    case.set(
        holder_unit=row["to_unit"],
        holder_path=case.node.directory().path_of_unit(row["to_unit"]),
    )
    hold(uow, case, handoffs.load(uow, row["handoff_id"]))


def hold(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """HELD at the epoch taken; awaiting signature unless the kind needs none."""
    relocated = row["kind"] == Kind.RELOCATE
    returned = row["kind"] == Kind.RETURN
    case.set(
        custody=Custody.HELD,
        state=State.HELD,
        signed=relocated or returned,
        handler="" if not relocated else case.row["handler"],
        objection="",
        frozen=False if row["ordered_by"] else case.row["frozen"],
        freeze_reason="" if row["ordered_by"] else case.row["freeze_reason"],
    )
    if not (relocated or returned):
        case.visited(row["to_unit"])
    case.append(
        "handover.received",
        unit=row["to_unit"],
        actor="",
        body={
            "handoff_id": str(row["handoff_id"]),
            "from_unit": row["from_unit"],
            "kind": row["kind"],
        },
    )
    if not relocated:
        clocks.on_received(uow, case, row)
    case_facts.apply_early(uow, case)
    letters.release_waiting(uow, case)


def settle(uow: UnitOfWork, handoff_id: Any) -> None:
    """Nothing is owed any more once imports, files and the Confirm are done."""
    row = handoffs.load(uow, handoff_id)
    owed = any(
        "owed" in (p["import_state"], p["blob_state"]) for p in handoffs.parts(uow, handoff_id)
    )
    if row["active"] and row["confirmed"] and not owed:
        handoffs.change(uow, row, active=False)


def note_confirmed(uow: UnitOfWork, command: HandoffStep) -> None:
    """The parent knows that the case is stored here."""
    row = handoffs.load(uow, command.handoff_id)
    if not row["confirmed"]:
        handoffs.change(uow, row, confirmed=True)
        settle(uow, command.handoff_id)


def note_blobs(uow: UnitOfWork, command: HandoffStep) -> None:
    """The files of a service's part are all across."""
    line = handoffs.part(uow, command.handoff_id, command.service)
    if line["blob_state"] == "owed":
        handoffs.change_part(uow, line, blob_state="done")
    settle_or_sender(uow, command.handoff_id)


def settle_or_sender(uow: UnitOfWork, handoff_id: Any) -> None:
    """As `settle`; a sender's row with files owed stays active although it is delivered."""
    row = handoffs.load(uow, handoff_id)
    if row["side"] == Side.RECEIVER:
        settle(uow, handoff_id)
        return
    owed = any(p["blob_state"] == "owed" for p in handoffs.parts(uow, handoff_id))
    if row["state"] == Row.DELIVERED and row["active"] and not owed:
        handoffs.change(uow, row, active=False)


def _pass_on(
    uow: UnitOfWork, case: CaseFile, facts: HandoffFacts, epoch: int, parcel: Parcel
) -> None:
    """A node in between: the next hop's row is written in this same transaction; never HELD."""
    node = case.node
    facts = turned_round(facts, case) if _blocked(uow, case, facts) else facts
    hop = next_hop(node.directory(), node.code, facts.final_unit)
    onward = replace(
        facts,
        handoff_id=uow.new_id(),
        epoch=epoch,
        from_unit=facts.to_unit,
        to_unit=hop.to_unit,
        at=uow.now,
    )
    here = handoffs.load(uow, parcel.handoff.handoff_id)
    handoffs.change(uow, here, passed_on=True, active=not here["confirmed"])
    case.enter_epoch(epoch)
    case.append(
        "handover.passing",
        unit=facts.to_unit,
        actor="",
        body={"handoff_id": str(onward.handoff_id), "to_unit": facts.final_unit},
    )
    case.set(
        custody=Custody.OUT,
        state=State.OUT,
        holder_unit=hop.to_unit,
        holder_path=node.directory().path_of_unit(hop.to_unit),
    )
    handoffs.add(
        uow,
        onward,
        side=Side.SENDER,
        direction=hop.direction,
        from_node=node.code,
        to_node=hop.to_node,
        state=Row.RELEASING,
    )
    for part in parcel.parts:
        again = portable.dump(uow, case.row) if part.service == ROUTING_PART else part.content
        blobs = [{"sha256": blob.sha256, "size": blob.size} for blob in part.blobs]
        handoffs.add_part(
            uow,
            {"handoff_id": onward.handoff_id, "case_id": facts.case_id},
            part.service,
            format=part.format,
            content=sealed.seal(uow, node, facts.case_id, again),
            blobs=blobs,
            blob_state="owed" if blobs and hop.direction is Direction.UP else "",
        )
    release.offer(uow, case, handoffs.load(uow, onward.handoff_id))


def turn_back(uow: UnitOfWork, case: CaseFile, row: Values, reason: str) -> None:
    """An onward row of a case in passing came to nothing: the next epoch goes back to the origin."""
    node = case.node
    facts = replace(turned_round(handoffs.facts_of(row), case), reason=reason)
    epoch = protocol.next_epoch(row["epoch"], case.row["floor"])
    hop = next_hop(node.directory(), node.code, facts.final_unit)
    case.enter_epoch(epoch)
    case.append(
        "handover.turned_round",
        unit=row["from_unit"],
        actor="",
        body={"handoff_id": str(row["handoff_id"]), "to_unit": facts.final_unit, "reason": reason},
    )
    back = replace(
        facts,
        handoff_id=uow.new_id(),
        epoch=epoch,
        to_unit=hop.to_unit,
        from_unit=row["from_unit"],
        at=uow.now,
    )
    handoffs.add(
        uow,
        back,
        side=Side.SENDER if hop.direction is not Direction.LOCAL else Side.BOTH,
        direction=hop.direction,
        from_node=node.code,
        to_node=hop.to_node,
        state=Row.RELEASING,
    )
    for line in handoffs.parts(uow, row["handoff_id"]):
        handoffs.add_part(
            uow,
            {"handoff_id": back.handoff_id, "case_id": case.case_id},
            line["service"],
            format=line["format"],
            content=line["content"],
            blobs=line["blobs"],
        )
    handoffs.change(uow, handoffs.load(uow, row["handoff_id"]), active=False)
    release.offer(uow, case, handoffs.load(uow, back.handoff_id))
    case.save()


def _blocked(uow: UnitOfWork, case: CaseFile, facts: HandoffFacts) -> bool:
    """Whether the next hop cannot be made, e.g. because the unit was closed meanwhile."""
    day = case.node.today(uow.now)
    return case.node.directory().current(facts.final_unit, day) != facts.final_unit


def turned_round(facts: HandoffFacts, case: CaseFile) -> HandoffFacts:
    """The way back to whoever started it, with the reason: nobody in between keeps the case."""
    return replace(
        facts,
        kind=Kind.RETURN,
        final_unit=facts.origin_unit,
        origin_unit=facts.final_unit,
        reason="next_hop_impossible",
        due_on="",
        report_owed=False,
        ordered_by=f"turned:{case.case_id}",
    )


def hear_offer(uow: UnitOfWork, command: HearOffer, *, node: Node) -> None:
    """The parent offers a case: want it; a repeat for one received owes the Confirm again."""
    row = handoffs.find(uow, command.handoff_id)
    rule = protocol.rule_for(Message.OFFER, row["state"] if row else None)
    if row is None:
        blank = HandoffFacts(
            handoff_id=command.handoff_id,
            case_id=command.case_id,
            case_no="",
            kind="",
            epoch=command.epoch,
            from_unit="",
            to_unit=command.to_unit,
            final_unit=command.to_unit,
            origin_unit="",
            origin_handoff_id=command.handoff_id,
            reason="",
            due_on="",
            report_owed=False,
            ordered_by="",
            at=uow.now,
            actor="",
            traceparent="",
            copied_units=(),
        )
        handoffs.add(
            uow,
            blank,
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
    own_epoch = own["epoch"] if own is not None and own["custody"] != Custody.NONE else 0
    stale = protocol.is_stale(own_epoch, command.epoch)
    tomb = HandoffFacts(
        handoff_id=command.handoff_id,
        case_id=command.case_id,
        case_no="",
        kind="",
        epoch=command.epoch,
        from_unit="",
        to_unit="",
        final_unit="",
        origin_unit="",
        origin_handoff_id=command.handoff_id,
        reason="",
        due_on="",
        report_owed=False,
        ordered_by="",
        at=uow.now,
        actor="",
        traceparent="",
        copied_units=(),
    )
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


def next_epoch_here(uow: UnitOfWork, row: Values) -> int:
    """The epoch a hand-over within this node will take."""
    case = uow.get(case_row, case_id=row["case_id"])
    return protocol.next_epoch(row["epoch"], case["floor"] if case is not None else 0)
