"""Passing through a node in between: the next hop is written as the case is taken.

Such a node never holds the case: no Release, no signature, no visit. When the next hop cannot be
made, the case turns round to whoever started it, with the reason.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain import protocol
from routing.domain.parcel import ROUTING_PART, HandoffFacts, Parcel
from routing.domain.route import next_hop
from routing.domain.words import Custody, Direction, Kind, Row, Side, State
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import release
from routing.storage import handoffs, portable, sealed

Values = Mapping[str, Any]


def pass_on(
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
    case.enter_epoch(epoch, after=parcel.handoff.epoch)
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
    release.offer(uow, handoffs.load(uow, onward.handoff_id))


def turn_back(uow: UnitOfWork, case: CaseFile, row: Values, reason: str) -> None:
    """An onward row of a case in passing came to nothing: the case goes back to its origin."""
    node = case.node
    facts = replace(turned_round(handoffs.facts_of(row), case), reason=reason)
    epoch = protocol.next_epoch(row["epoch"], case.floor)
    hop = next_hop(node.directory(), node.code, facts.final_unit)
    case.enter_epoch(epoch, after=row["epoch"])
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
    release.offer(uow, handoffs.load(uow, back.handoff_id))
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
