"""Steps of the sender: release, export, seal, deliver, cancel, keep."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from routing.commands.handover import HandoffStep, HearAnswer, NotePart, NoteRelease
from routing.domain.parcel import ROUTING_PART
from routing.handlers.handover import answering, granting, release
from routing.steps import faults
from routing.steps.ground import Ground
from routing.storage import handoffs

Values = Mapping[str, Any]


async def let_go(ground: Ground, row: Values) -> None:
    """RELEASING: ask each service to release, take its part, seal when all is there."""
    key = str(row["case_id"])
    for line in await _lines(ground, row):
        if line["release"] == "owed":
            door = ground.parts[line["service"]]
            said = await door.release(row["handoff_id"], row["case_id"], row["epoch"])
            command = NoteRelease(
                row["handoff_id"], line["service"], said.released, said.last_fact_no, said.reason
            )
            await ground.write(partial(release.note_release, node=ground.node), command, key)
            faults.reach("released-partly")
            if not said.released:
                return
    await _export(ground, row, key)
    step = HandoffStep(row["handoff_id"])
    if await ground.write(partial(release.seal, node=ground.node), step, key):
        faults.reach("sealed")
        return
    raise FactsOutstanding


class FactsOutstanding(Exception):
    """A fact of a released service is still under way to the log."""

    reason = "FACTS_OUTSTANDING"


async def _export(ground: Ground, row: Values, key: str) -> None:
    for line in await _lines(ground, row):
        if line["release"] == "released" and line["content"] is None:
            part = await ground.parts[line["service"]].export(row["handoff_id"], row["case_id"])
            command = NotePart(
                row["handoff_id"], line["service"], part.format, part.content, part.blobs
            )
            await ground.write(partial(release.note_part, node=ground.node), command, key)


async def _lines(ground: Ground, row: Values) -> list[Values]:
    lines = await ground.readers.run(
        lambda connection: handoffs.parts_of(connection, row["handoff_id"])
    )
    return [line for line in lines if line["service"] != ROUTING_PART]


async def deliver(ground: Ground, row: Values) -> None:
    """OFFERED or AGAIN, upwards: deliver to the parent and hear its answer."""
    parent = _parent(ground, row["to_node"])
    faults.reach("offered")
    parcel = await ground.write(partial(_parcel, node=ground.node), row, str(row["case_id"]))
    outcome, reason = await parent.deliver(parcel)
    await _hear(ground, row, outcome, reason)


def _parcel(uow: Any, row: Values, *, node: Any) -> Any:
    return answering.parcel_of(uow, node, row)


async def cancel(ground: Ground, row: Values) -> None:
    """RECALLING: the parent decides whether it comes back."""
    parent = _parent(ground, row["to_node"])
    outcome = await parent.cancel(row["handoff_id"], row["case_id"], row["epoch"])
    faults.reach("cancel-sent")
    await _hear(ground, row, outcome, "recalled" if outcome == "VOID" else "")


async def _hear(ground: Ground, row: Values, outcome: str, reason: str) -> None:
    command = HearAnswer(row["handoff_id"], outcome, reason)
    await ground.write(partial(answering.hear, node=ground.node), command, str(row["case_id"]))


async def keep(ground: Ground, row: Values) -> None:
    """KEPT, RECALLED or REFUSED: every service goes on; repeated until each has acknowledged."""
    faults.reach("keep-owed")
    for line in await _lines(ground, row):
        if line["keep"] != "owed":
            continue
        path = ground.node.directory().path_of_unit(row["from_unit"])
        await ground.parts[line["service"]].keep(row, line["keep_epoch"], row["from_unit"], path)
        step = HandoffStep(row["handoff_id"], line["service"])
        await ground.write(_note_kept, step, str(row["case_id"]))
    if not any(line["keep"] == "owed" for line in await _lines(ground, row)):
        await ground.write(_note_rest, HandoffStep(row["handoff_id"]), str(row["case_id"]))


def _note_kept(uow: Any, command: HandoffStep) -> None:
    release.note_kept(uow, command)


def _note_rest(uow: Any, command: HandoffStep) -> None:
    """Nothing was owed: the row rests."""
    row = handoffs.load(uow, command.handoff_id)
    if row["active"]:
        handoffs.change(uow, row, active=False)


async def push_files(ground: Ground, row: Values) -> None:
    """DELIVERED upwards with files still to bring; they never hold up the case."""
    for line in await _lines(ground, row):
        if line["blob_state"] != "owed":
            continue
        for blob in line["blobs"]:
            parent = _parent(ground, row["to_node"])
            await parent.push_blob(str(row["case_id"]), blob["sha256"], blob["size"])
        step = HandoffStep(row["handoff_id"], line["service"])
        await ground.write(_note_blobs, step, str(row["case_id"]))


def _note_blobs(uow: Any, command: HandoffStep) -> None:
    granting.note_blobs(uow, command)


def _parent(ground: Ground, node: str) -> Any:
    """The way to the node that the row is pinned to; a new parent is not asked in its place."""
    if ground.parent is None:
        raise NoParent
    if ground.node.parent != node:
        raise OtherLink
    return ground.parent


class OtherLink(Exception):
    """The row belongs to a link that this node no longer has; the operator has to mend it."""

    reason = "OTHER_LINK"


class NoParent(Exception):
    """The county node has nobody above."""

    reason = "NO_PARENT"
