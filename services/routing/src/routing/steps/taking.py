"""Steps of the receiver: claim, import into the services, confirm, fetch files."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from routing.commands.handover import HandoffStep, HearAnswer, Imported, ReceiveParcel
from routing.domain.words import Direction, Row, Side
from routing.handlers.handover import answering, granting, receiving
from routing.steps import faults, grants
from routing.steps.ground import Ground
from routing.steps.measures import measured

Values = Mapping[str, Any]


async def claim(ground: Ground, row: Values) -> None:
    """WANT: claim, and store everything in one transaction."""
    if ground.parent is None:
        return
    with measured("claim", row):
        parcel = await ground.door_to(row["from_node"]).claim(row["handoff_id"])
        key = str(row["case_id"])
        if parcel is None:
            gone = HearAnswer(row["handoff_id"], "GONE")
            await ground.write(partial(answering.hear, node=ground.node), gone, key)
            return
        command = ReceiveParcel(row["from_node"], parcel, deliver=False)
        await ground.write(partial(receiving.receive, node=ground.node), command, key)
    faults.reach("stored-not-confirmed")


async def settle(ground: Ground, row: Values) -> None:
    """RECEIVED (or OFFERED within the node): import, confirm, fetch files; each is repeatable.

    The services are granted the case whether or not the parent can be told that it is stored.
    """
    if row["passed_on"]:
        faults.reach("passing")
    done = await asyncio.gather(
        _confirm(ground, row), _take_in(ground, row), return_exceptions=True
    )
    for outcome in done:
        if isinstance(outcome, BaseException):
            raise outcome


async def _confirm(ground: Ground, row: Values) -> None:
    owed = row["side"] == Side.RECEIVER and row["direction"] == Direction.DOWN
    if not owed or row["confirmed"] or ground.parent is None:
        return
    with measured("confirm", row):
        await ground.door_to(row["from_node"]).confirm(row["handoff_id"])
        faults.reach("confirm-lost")
        await ground.write(_note_confirmed, HandoffStep(row["handoff_id"]), str(row["case_id"]))


def _note_confirmed(uow: Any, command: HandoffStep) -> None:
    granting.note_confirmed(uow, command)


async def _take_in(ground: Ground, row: Values) -> None:
    """Grant the case to every service; then its files, which never hold it up."""
    now = ground.clock.now()
    owed = await ground.readers.run(lambda c: grants.owed(c, ground.node, row, now))
    if owed.grants:
        await _import_all(ground, row, owed.grants)
    if row["state"] != Row.RECEIVED:
        return
    if owed.files:
        await _fetch_files(ground, row, owed.files)
    elif not owed.grants:
        await ground.write(_rest, HandoffStep(row["handoff_id"]), str(row["case_id"]))


def _rest(uow: Any, command: HandoffStep) -> None:
    """Nothing was owed: the row rests."""
    granting.settle(uow, command.handoff_id)


async def _import_all(ground: Ground, row: Values, due: Sequence[grants.Due]) -> None:
    """All services at once; those that stored it are noted together, also when one failed."""
    with measured("import", row):
        outcomes = await asyncio.gather(
            *(ground.parts[d.service].import_part(row, d.epoch, d.grant) for d in due),
            return_exceptions=True,
        )
        stored = [d.service for d, outcome in zip(due, outcomes, strict=True) if outcome is None]
        if stored:
            command = Imported(row["handoff_id"], tuple(stored))
            handler = partial(granting.note_imported, node=ground.node)
            await ground.write(handler, command, str(row["case_id"]))
        for outcome in outcomes:
            if outcome is not None:
                raise outcome


async def _fetch_files(ground: Ground, row: Values, lines: Sequence[Values]) -> None:
    """Files of a case that came down are fetched; those of one that went up are brought to us."""
    with measured("files", row):
        for line in lines:
            if row["direction"] == Direction.DOWN and ground.parent is not None:
                door = ground.door_to(row["from_node"])
                for blob in line["blobs"]:
                    await door.pull_blob(str(row["case_id"]), blob["sha256"])
            step = HandoffStep(row["handoff_id"], line["service"])
            await ground.write(_note_blobs, step, str(row["case_id"]))


def _note_blobs(uow: Any, command: HandoffStep) -> None:
    granting.note_blobs(uow, command)
