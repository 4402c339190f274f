"""Steps of the receiver: claim, import into the services, confirm, fetch files."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from routing.commands.handover import HandoffStep, HearAnswer, ReceiveParcel
from routing.domain.parcel import ROUTING_PART, BlobName, PartContent
from routing.domain.words import Direction, Row, Side
from routing.handlers.handover import answering, granting, receiving
from routing.steps import faults
from routing.steps.ground import Grant, Ground
from routing.storage import cases, handoffs, sealed

Values = Mapping[str, Any]


async def claim(ground: Ground, row: Values) -> None:
    """WANT: claim, and store everything in one transaction."""
    if ground.parent is None:
        return
    parcel = await ground.parent.claim(row["handoff_id"])
    key = str(row["case_id"])
    if parcel is None:
        gone = HearAnswer(row["handoff_id"], "GONE")
        await ground.write(partial(answering.hear, node=ground.node), gone, key)
        return
    command = ReceiveParcel(row["from_node"], parcel, deliver=False)
    await ground.write(partial(receiving.receive, node=ground.node), command, key)
    faults.reach("stored-not-confirmed")


async def settle(ground: Ground, row: Values) -> None:
    """RECEIVED (or OFFERED within the node): import, confirm, fetch files; each is repeatable."""
    if row["passed_on"]:
        faults.reach("passing")
    owes_confirm = row["side"] == Side.RECEIVER and row["direction"] == Direction.DOWN
    if owes_confirm and not row["confirmed"] and ground.parent is not None:
        await ground.parent.confirm(row["handoff_id"])
        faults.reach("confirm-lost")
        await ground.write(_note_confirmed, HandoffStep(row["handoff_id"]), str(row["case_id"]))
    await _import_all(ground, row)
    if row["state"] == Row.RECEIVED:
        await _fetch_files(ground, row)
        await ground.write(_rest, HandoffStep(row["handoff_id"]), str(row["case_id"]))


def _note_confirmed(uow: Any, command: HandoffStep) -> None:
    granting.note_confirmed(uow, command)


def _rest(uow: Any, command: HandoffStep) -> None:
    granting.settle(uow, command.handoff_id)


async def _import_all(ground: Ground, row: Values) -> None:
    key = str(row["case_id"])
    for line in await ground.readers.run(
        lambda connection: handoffs.parts_of(connection, row["handoff_id"])
    ):
        if line["import_state"] != "owed" or line["service"] == ROUTING_PART:
            continue
        epoch, grant = await ground.write(
            partial(_grant, node=ground.node), (row["handoff_id"], line["service"]), key
        )
        await ground.parts[line["service"]].import_part(row, epoch, grant)
        step = HandoffStep(row["handoff_id"], line["service"])
        await ground.write(partial(granting.note_imported, node=ground.node), step, key)


def _grant(uow: Any, command: tuple[Any, str], *, node: Any) -> tuple[int, Grant]:
    """The grant that goes with a part; within a node the epoch is the one after the sealed."""
    handoff_id, service = command
    row = handoffs.load(uow, handoff_id)
    line = handoffs.part(uow, handoff_id, service)
    content = b""
    if line["content"]:
        content = sealed.unseal(uow, node, row["case_id"], line["content"])
    blobs = tuple(BlobName(**blob) for blob in line["blobs"])
    part = PartContent(service, line["format"], content, blobs)
    path = node.directory().path_of_unit(row["to_unit"])
    epoch = row["took"] or granting.next_epoch_here(uow, row)
    return epoch, Grant(row["to_unit"], path, part, cases.readers(uow, row["case_id"]))


async def _fetch_files(ground: Ground, row: Values) -> None:
    """Files of a case that came down are fetched; those of one that went up are brought to us."""
    for line in await ground.readers.run(
        lambda connection: handoffs.parts_of(connection, row["handoff_id"])
    ):
        if line["blob_state"] != "owed":
            continue
        if row["direction"] == Direction.DOWN and ground.parent is not None:
            for blob in line["blobs"]:
                await ground.parent.pull_blob(str(row["case_id"]), blob["sha256"])
        step = HandoffStep(row["handoff_id"], line["service"])
        await ground.write(_note_blobs, step, str(row["case_id"]))


def _note_blobs(uow: Any, command: HandoffStep) -> None:
    granting.note_blobs(uow, command)
