"""From RELEASING to OUT: every service of the node lets go, the log is sealed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HandoffStep, LetGo, ServiceSaid
from routing.domain import parcel
from routing.domain.events import HandoverOffered
from routing.domain.parcel import ROUTING_PART, Parcel, PartContent
from routing.domain.words import Custody, Direction, Row, Side, State
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents
from routing.handlers.handover.packing import parcel_of
from routing.node import Node
from routing.storage import handoffs, portable, sealed

Values = Mapping[str, Any]


class Gone(NamedTuple):
    """The row as it is now: RELEASING still, OFFERED, or given up; what goes up, once offered."""

    row: Values
    parcel: Parcel | None


def let_go(uow: UnitOfWork, command: LetGo, *, node: Node) -> Gone:
    """Keep what the services answered, and seal the log as soon as nothing is missing.

    One refusal ends the hand-over: the services are told to go on.
    """
    row = handoffs.load(uow, command.handoff_id)
    if row["state"] != Row.RELEASING:
        return Gone(dict(row), None)
    refused = [reason for said in command.said if (reason := _note_answer(uow, row, said))]
    if refused:
        give_up(uow, row, node, refused[0])
    else:
        for part in command.parts:
            _note_part(uow, row, part, node)
        _seal(uow, row, node)
    row = handoffs.load(uow, command.handoff_id)
    goes_up = row["state"] == Row.OFFERED and row["direction"] == Direction.UP
    return Gone(dict(row), parcel_of(uow, node, row) if goes_up else None)


def _note_answer(uow: UnitOfWork, row: Values, said: ServiceSaid) -> str:
    """Keep a service's answer. Answers who refused and why, or nothing."""
    line = handoffs.part(uow, row["handoff_id"], said.service)
    if line["release"] != "owed":
        return ""
    if said.released:
        handoffs.change_part(uow, line, release="released", last_fact_no=said.last_fact_no)
        return ""
    handoffs.change_part(uow, line, release="refused", reason=said.reason)
    return f"{said.service}:{said.reason}"


def _note_part(uow: UnitOfWork, row: Values, part: PartContent, node: Node) -> None:
    """Keep a service's exported part, sealed under the case key."""
    line = handoffs.part(uow, row["handoff_id"], part.service)
    if line["content"] is not None:
        return
    content = sealed.seal(uow, node, row["case_id"], part.content)
    blobs = [{"sha256": blob.sha256, "size": blob.size} for blob in part.blobs]
    state = "owed" if blobs and row["direction"] == Direction.UP else ""
    handoffs.change_part(
        uow, line, format=part.format, content=content, blobs=blobs, blob_state=state
    )


def _seal(uow: UnitOfWork, row: Values, node: Node) -> None:
    """Seal the log and let the case go, unless a fact or part is still to come."""
    case = CaseFile.open(uow, node, row["case_id"])
    lines = [p for p in handoffs.parts(uow, row["handoff_id"]) if p["service"] != ROUTING_PART]
    if not all(_ready(line, case) for line in lines):
        return
    case.append(
        "handover.sealed",
        unit=row["from_unit"],
        actor="",
        body={"handoff_id": str(row["handoff_id"]), "to_unit": row["final_unit"]},
    )
    own = handoffs.part(uow, row["handoff_id"], ROUTING_PART)
    content = sealed.seal(uow, node, row["case_id"], portable.dump(uow, node, case.row))
    handoffs.change_part(uow, own, format=portable.FORMAT, content=content)
    case.set(custody=Custody.OUT, state=State.OUT)
    offer(uow, row)
    case.save()


def _ready(line: Values, case: CaseFile) -> bool:
    applied = case.row["applied"].get(line["service"], 0)
    released = line["release"] == "released" and line["content"] is not None
    return released and bool(applied >= line["last_fact_no"])


def offer(uow: UnitOfWork, row: Values) -> None:
    """The sealed case waits for its receiver: the row is OFFERED, a child is told of it."""
    local = row["direction"] == Direction.LOCAL
    if local:
        for line in handoffs.parts(uow, row["handoff_id"]):
            if line["service"] != ROUTING_PART:
                handoffs.change_part(uow, line, import_state="owed")
    handoffs.change(
        uow,
        row,
        state=Row.OFFERED,
        offered_at=uow.now,
        active=row["direction"] != Direction.DOWN,
        next_try_at=uow.now,
        tries=0,
    )
    if row["direction"] == Direction.DOWN:
        announce(uow, row)


def announce(uow: UnitOfWork, row: Values) -> None:
    """Tell a child node of an offer, without content."""
    fresh = handoffs.load(uow, row["handoff_id"])
    offer = HandoverOffered(dict(fresh), row["handoff_id"])
    uow.emit(offer, links=[f"down.{row['to_node']}"], at_once=True)


def give_up(uow: UnitOfWork, row: Values, node: Node, reason: str) -> None:
    """Back to HELD in the same epoch: a service refused, or the holder cancelled."""
    case = CaseFile.open(uow, node, row["case_id"])
    handoffs.change(
        uow,
        handoffs.load(uow, row["handoff_id"]),
        state=Row.KEPT,
        refusal=reason,
        active=True,
        next_try_at=uow.now,
        tries=0,
    )
    owe_keep(uow, row, case)
    case.set(custody=Custody.HELD, state=State.HELD)
    case.append(
        "handover.given_up",
        unit=row["from_unit"],
        actor="",
        body={"handoff_id": str(row["handoff_id"]), "reason": reason},
    )
    intents.note_refused(uow, row, reason)
    case.save()


def owe_keep(uow: UnitOfWork, row: Values, case: CaseFile) -> None:
    """One owed Keep for each service, at the epoch that goes on; repeated until acknowledged."""
    for line in handoffs.parts(uow, row["handoff_id"]):
        if line["service"] != ROUTING_PART:
            handoffs.change_part(uow, line, keep="owed", keep_epoch=case.epoch, import_state="")


def owe_regrant(uow: UnitOfWork, case: CaseFile) -> None:
    """After a restore the services go on at the new epoch, told by a Keep of its own."""
    node = case.node
    facts = replace(
        parcel.blank(uow.new_id(), case.case_id, case.epoch, uow.now),
        case_no=case.row["case_no"],
        from_unit=case.row["holder_unit"],
        to_unit=case.row["holder_unit"],
        reason="restored",
    )
    handoffs.add(
        uow,
        facts,
        side=Side.BOTH,
        direction=Direction.LOCAL,
        from_node=node.code,
        to_node=node.code,
        state=Row.KEPT,
    )
    row = {"handoff_id": facts.handoff_id, "case_id": case.case_id}
    for service in node.services:
        handoffs.add_part(uow, row, service, keep="owed", keep_epoch=case.epoch)


def note_kept(uow: UnitOfWork, command: HandoffStep) -> None:
    """A service acknowledged its Keep; with the last one nothing is owed any more."""
    line = handoffs.part(uow, command.handoff_id, command.service)
    if line["keep"] == "owed":
        handoffs.change_part(uow, line, keep="done")
    if not any(p["keep"] == "owed" for p in handoffs.parts(uow, command.handoff_id)):
        handoffs.change(uow, handoffs.load(uow, command.handoff_id), active=False)
