"""The services are granted a received case one by one; with the last one it is HELD."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HandoffStep, Imported
from routing.domain import protocol
from routing.domain.words import Custody, Kind, Row, Side, State
from routing.handlers import clocks, closing, cohandling, letters
from routing.handlers import facts as case_facts
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import intents
from routing.handlers.reviews import following
from routing.node import Node, others
from routing.storage import grant_starts, handoffs

Values = Mapping[str, Any]


def note_imported(uow: UnitOfWork, command: Imported, *, node: Node) -> None:
    """Services stored their part and may write; with the last one the case is HELD."""
    for service in command.services:
        line = handoffs.part(uow, command.handoff_id, service)
        if line["import_state"] == "owed":
            handoffs.change_part(uow, line, import_state="done")
    lines = handoffs.parts(uow, command.handoff_id)
    if any(line["import_state"] == "owed" for line in lines):
        return
    row = handoffs.load(uow, command.handoff_id)
    case = CaseFile.open(uow, node, row["case_id"])
    if row["side"] == Side.BOTH:
        _hold_here(uow, case, row)
    elif case.custody is Custody.RECEIVED and case.epoch == row["took"]:
        hold(uow, case, row)
    case.save()
    if case.custody is Custody.HELD:  # a service the node got while the case was under way
        grant_starts.owe(uow, case.case_id, others(node, {line["service"] for line in lines}))
    settle(uow, command.handoff_id)


def _hold_here(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """Between units of one node: DELIVERED and HELD at the next epoch in one transaction."""
    if row["state"] != Row.OFFERED or not protocol.gives_back(
        case.custody, case.epoch, row["epoch"]
    ):
        return
    epoch = protocol.next_epoch(row["epoch"], case.floor)
    handoffs.change(uow, row, state=Row.DELIVERED, took=epoch, received_at=uow.now, confirmed=True)
    case.enter_epoch(epoch, after=row["epoch"])
    case.set(
        holder_unit=row["to_unit"],
        holder_path=case.node.directory().path_of_unit(row["to_unit"]),
    )
    hold(uow, case, handoffs.load(uow, row["handoff_id"]))


def hold(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """HELD at the epoch taken; awaiting signature unless the kind needs none."""
    relocated = row["kind"] == Kind.RELOCATE
    returned = row["kind"] in {Kind.RETURN, Kind.REOPEN, Kind.REVIEW}
    case.set(custody=Custody.HELD, state=State.HELD, pending="")
    if not relocated:  # the same unit goes on as it was: unsigned, frozen, with its handler
        case.set(
            signed=returned,
            handler="",
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
        cohandling.on_received(uow, case)
        closing.drop_proposal(uow, case)
        clocks.on_received(uow, case, row)
        following.on_held(uow, case, row)
    clocks.catch_up(uow, case)
    case_facts.apply_early(uow, case)
    letters.release_waiting(uow, case)
    intents.wake(uow, case)


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
