"""Steps of the sender: release, export, seal, deliver, cancel, keep."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from routing.commands.handover import HandoffStep, HearAnswer, LetGo, ServiceSaid
from routing.domain.parcel import ROUTING_PART, Parcel, PartContent
from routing.domain.words import Row
from routing.handlers.handover import answering, granting, packing, release
from routing.steps import faults
from routing.steps.ground import Ground
from routing.steps.measures import measured
from routing.storage import handoffs

Values = Mapping[str, Any]
Asked = tuple[Exception | None, ServiceSaid | None, PartContent | None]


async def let_go(ground: Ground, row: Values) -> None:
    """RELEASING: ask every service at once to let go, seal when all is there, and send it up.

    What is still owed to the services of an earlier hand-over goes first: a service locked under
    that one would refuse this one.
    """
    with measured("release", row):
        earlier, lines = await ground.readers.run(
            lambda c: (handoffs.unkept(c, row["case_id"]), _services(c, row))
        )
        for kept in earlier:
            await keep(ground, kept)
        asked = await asyncio.gather(*(_let_go_of(ground, row, line) for line in lines))
        said = tuple(answer for _, answer, _ in asked if answer)
        if said:
            faults.reach("released-partly")
        parts = tuple(part for _, _, part in asked if part)
        gone = await _note(ground, row, LetGo(row["handoff_id"], said, parts))
        _raise_first(error for error, _, _ in asked)
        if gone.row["state"] == Row.RELEASING:
            raise FactsOutstanding
    if gone.row["state"] == Row.OFFERED:
        faults.reach("sealed")
    if gone.parcel is not None:
        await _send(ground, gone.row, gone.parcel)


async def _note(ground: Ground, row: Values, command: LetGo) -> release.Gone:
    handler = partial(release.let_go, node=ground.node)
    return await ground.write(handler, command, str(row["case_id"]))


async def _let_go_of(ground: Ground, row: Values, line: Values) -> Asked:
    """Ask one service for what it still owes; a call that fails leaves it owed."""
    service, said = line["service"], None
    door, part = ground.parts[service], None
    try:
        if line["release"] == "owed":
            answer = await door.release(row["handoff_id"], row["case_id"], row["epoch"])
            said = ServiceSaid(service, answer.released, answer.last_fact_no, answer.reason)
            part = answer.part
        if part is None and line["content"] is None and (said is None or said.released):
            part = await door.export(row["handoff_id"], row["case_id"])
    except Exception as error:  # noqa: BLE001 (raised again when the other answers are kept)
        return error, said, part
    return None, said, part


def _raise_first(errors: Iterable[Exception | None]) -> None:
    for error in errors:
        if error is not None:
            raise error


class FactsOutstanding(Exception):
    """A fact of a released service is still under way to the log."""

    reason = "FACTS_OUTSTANDING"


async def _lines(ground: Ground, row: Values) -> list[Values]:
    return await ground.readers.run(lambda connection: _services(connection, row))


def _services(connection: Any, row: Values) -> list[Values]:
    """The lines of the services; routing's own part is not asked for."""
    lines = handoffs.parts_of(connection, row["handoff_id"])
    return [line for line in lines if line["service"] != ROUTING_PART]


async def deliver(ground: Ground, row: Values) -> None:
    """OFFERED or AGAIN, upwards: deliver to the parent and hear its answer."""
    ground.door_to(row["to_node"])
    parcel = await ground.write(partial(_parcel, node=ground.node), row, str(row["case_id"]))
    await _send(ground, row, parcel)


def _parcel(uow: Any, row: Values, *, node: Any) -> Parcel:
    return packing.parcel_of(uow, node, row)


async def _send(ground: Ground, row: Values, parcel: Parcel) -> None:
    with measured("deliver", row):
        parent = ground.door_to(row["to_node"])
        faults.reach("offered")
        outcome, reason = await parent.deliver(parcel)
        await _hear(ground, row, outcome, reason)


async def cancel(ground: Ground, row: Values) -> None:
    """RECALLING: the parent decides whether it comes back."""
    with measured("cancel", row):
        parent = ground.door_to(row["to_node"])
        outcome = await parent.cancel(row["handoff_id"], row["case_id"], row["epoch"])
        faults.reach("cancel-sent")
        await _hear(ground, row, outcome, "recalled" if outcome == "VOID" else "")


async def _hear(ground: Ground, row: Values, outcome: str, reason: str) -> None:
    command = HearAnswer(row["handoff_id"], outcome, reason)
    await ground.write(partial(answering.hear, node=ground.node), command, str(row["case_id"]))


async def keep(ground: Ground, row: Values) -> None:
    """KEPT, RECALLED or REFUSED: every service goes on; repeated until each has acknowledged."""
    faults.reach("keep-owed")
    with measured("keep", row):
        owed = [line for line in await _lines(ground, row) if line["keep"] == "owed"]
        for line in owed:
            path = ground.node.directory().path_of_unit(row["from_unit"])
            door = ground.parts[line["service"]]
            await door.keep(row, line["keep_epoch"], row["from_unit"], path)
            step = HandoffStep(row["handoff_id"], line["service"])
            await ground.write(_note_kept, step, str(row["case_id"]))
        if not owed:
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
    with measured("files", row):
        for line in await _lines(ground, row):
            if line["blob_state"] != "owed":
                continue
            for blob in line["blobs"]:
                parent = ground.door_to(row["to_node"])
                await parent.push_blob(str(row["case_id"]), blob["sha256"], blob["size"])
            step = HandoffStep(row["handoff_id"], line["service"])
            await ground.write(_note_blobs, step, str(row["case_id"]))


def _note_blobs(uow: Any, command: HandoffStep) -> None:
    granting.note_blobs(uow, command)
