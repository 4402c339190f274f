"""Passing through a node in between: the next hop is written as the case is taken.

Such a node never holds the case: no Release, no signature, no visit. When the next hop cannot be
made, the case turns round to whoever started it, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain import protocol
from routing.domain.parcel import ROUTING_PART, HandoffFacts, Parcel, PartContent
from routing.domain.route import next_hop
from routing.domain.words import Custody, Direction, Kind, Row, Side, State
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import release
from routing.storage import handoffs, portable, sealed

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A part as it rests here: sealed content that goes on unopened, or routing's own, renewed."""

    service: str
    format: str
    content: bytes
    blobs: list[dict[str, Any]]


def pass_on(
    uow: UnitOfWork, case: CaseFile, facts: HandoffFacts, epoch: int, parcel: Parcel
) -> None:
    """A node in between: the next hop's row is written in this same transaction; never HELD."""
    facts = turned_round(facts, case) if _blocked(uow, case, facts) else facts
    here = handoffs.load(uow, parcel.handoff.handoff_id)
    handoffs.change(uow, here, passed_on=True, active=not here["confirmed"])
    case.enter_epoch(epoch, after=parcel.handoff.epoch)
    onward = replace(facts, handoff_id=uow.new_id(), from_unit=facts.to_unit)
    body = {"handoff_id": str(onward.handoff_id), "to_unit": facts.final_unit}
    case.append("handover.passing", unit=facts.to_unit, actor="", body=body)
    _send_on(uow, case, onward, [_at_rest(uow, case, part) for part in parcel.parts])


def turn_back(uow: UnitOfWork, case: CaseFile, row: Values, reason: str) -> None:
    """An onward row of a case in passing came to nothing: the case goes back to its origin."""
    facts = replace(turned_round(handoffs.facts_of(row), case), reason=reason)
    epoch = protocol.next_epoch(row["epoch"], case.floor)
    case.enter_epoch(epoch, after=row["epoch"])
    body = {"handoff_id": str(row["handoff_id"]), "to_unit": facts.final_unit, "reason": reason}
    case.append("handover.turned_round", unit=row["from_unit"], actor="", body=body)
    handoffs.change(uow, handoffs.load(uow, row["handoff_id"]), active=False)
    back = replace(facts, handoff_id=uow.new_id(), from_unit=row["from_unit"])
    names = tuple(Sealed.__dataclass_fields__)
    lines = handoffs.parts(uow, row["handoff_id"])
    _send_on(uow, case, back, [Sealed(**{name: line[name] for name in names}) for line in lines])
    case.save()


def _send_on(uow: UnitOfWork, case: CaseFile, facts: HandoffFacts, parts: list[Sealed]) -> None:
    """Write the next hop's row with its parts, and offer it."""
    directory = case.node.directory()
    hop = next_hop(directory, case.node.code, facts.final_unit)
    onward = replace(facts, epoch=case.epoch, to_unit=hop.to_unit, at=uow.now)
    path = directory.path_of_unit(hop.to_unit)
    case.set(custody=Custody.OUT, state=State.OUT, holder_unit=hop.to_unit, holder_path=path)
    handoffs.add(
        uow,
        onward,
        side=Side.BOTH if hop.direction is Direction.LOCAL else Side.SENDER,
        direction=hop.direction,
        from_node=case.node.code,
        to_node=hop.to_node,
        state=Row.RELEASING,
    )
    row = {"handoff_id": onward.handoff_id, "case_id": case.case_id}
    for part in parts:
        owed = "owed" if part.blobs and hop.direction is Direction.UP else ""
        values = {"format": part.format, "content": part.content, "blobs": part.blobs}
        handoffs.add_part(uow, row, part.service, **values, blob_state=owed)
    release.offer(uow, handoffs.load(uow, onward.handoff_id))


def _at_rest(uow: UnitOfWork, case: CaseFile, part: PartContent) -> Sealed:
    own = part.service == ROUTING_PART
    content = portable.dump(uow, case.node, case.row) if own else part.content
    blobs = [{"sha256": blob.sha256, "size": blob.size} for blob in part.blobs]
    sealed_content = sealed.seal(uow, case.node, case.case_id, content)
    return Sealed(part.service, part.format, sealed_content, blobs)


def _blocked(uow: UnitOfWork, case: CaseFile, facts: HandoffFacts) -> bool:
    """Whether the next hop cannot be made, e.g. because the unit was closed meanwhile.

    A case that follows its unit to another node is that unit's in any case.
    """
    if facts.kind == Kind.RELOCATE:
        return False
    day = case.node.today(uow.now)
    return case.node.directory().current(facts.final_unit, day) != facts.final_unit


def turned_round(facts: HandoffFacts, case: CaseFile) -> HandoffFacts:
    """The way back to whoever started it, with the reason: nobody in between keeps the case.

    A relocation has no way back, since its unit has left the node it comes from: it is tried again.
    """
    if facts.kind == Kind.RELOCATE:
        return facts
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
