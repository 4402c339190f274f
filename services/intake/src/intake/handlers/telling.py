"""What routing tells intake about a case: who holds it, until when, and what others did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intake.domain.states import State
from intake.domain.words import Ending
from intake.handlers.following import Change, follow
from intake.handlers.notices import owe_step
from intake.handlers.owing_callbacks import overtake
from intake.handlers.unserved import drop
from intake.storage.tables import case_access, cases, directory_copy, track_step, write_grant
from kernel.directory import read_directory
from kernel.holding import NoteCustody, let_named_read, shown_custody
from kernel.service import KeepDirectory, keep_copy, newest
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NoteDue:
    """Date until which the holder owes the next act; None when there is none."""

    case_id: UUID
    due_on: date | None
    clock: str


@dataclass(frozen=True, slots=True)
class NoteStep:
    """A step of the resident's timeline that somebody else took."""

    case_id: UUID
    kind: str
    unit: str
    at: datetime
    body: Mapping[str, str] = field(default_factory=dict)
    epoch: int = 0
    n: int = 0


def note_custody(uow: UnitOfWork, command: NoteCustody) -> None:
    """Show the holder, let go of those before, let the named units read; never go back."""
    row = uow.get(cases, case_id=command.case_id)
    if row is None or command.epoch < row["epoch"]:
        return
    values = {"told_at": uow.now} | shown_custody(uow, case_access, row, command)
    if "epoch" in values:
        drop(uow, command.case_id)
    values |= _told_ending(uow, row, command)
    uow.update(cases, {"case_id": command.case_id}, values)
    let_named_read(uow, case_access, command.case_id, command.readers)


def _told_ending(uow: UnitOfWork, row: Mapping[str, Any], command: NoteCustody) -> dict[str, Any]:
    """How a case held elsewhere ended, or goes on: here it is only remembered, for tracking."""
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is not None and grant["epoch"] >= command.epoch:
        return {}  # held here: the end of the grant says it
    if command.state == "ended" and row["ending"] is None:
        ending = command.ending or Ending.TERMINATED.value
        return {"state": State.ENDED.value, "ending": ending, "ended_at": uow.now}
    if command.state != "ended" and row["state"] == State.ENDED.value:
        overtake(uow, command.case_id)
        return {"state": State.ACCEPTED.value, "ending": None, "ended_at": None}
    return {}


def note_due(uow: UnitOfWork, command: NoteDue) -> None:
    """Keep what tracking shows as the date of the next act."""
    if uow.get(cases, case_id=command.case_id) is None:
        return
    values = {
        "next_due_on": command.due_on,
        "next_clock": command.clock or None,
        "told_at": uow.now,
    }
    uow.update(cases, {"case_id": command.case_id}, values)


def note_step(uow: UnitOfWork, command: NoteStep) -> None:
    """Keep a step, once, and tell of it whom it concerns."""
    if uow.get(track_step, case_id=command.case_id, at=command.at, kind=command.kind) is not None:
        return
    row = {
        "case_id": command.case_id,
        "at": command.at,
        "kind": command.kind,
        "unit": command.unit,
        "body": json.dumps(dict(command.body)),
    }
    uow.insert(track_step, row)
    owe_step(uow, command)


def keep_directory(uow: UnitOfWork, command: KeepDirectory, *, node: str) -> None:
    """Keep a directory version, and stop or wait for counting by it."""
    if uow.get(directory_copy, version=command.version) is not None:
        return
    kept = uow.scalar(newest(directory_copy))
    old = None if kept is None else read_directory(bytes(kept))
    follow(uow, Change(old, read_directory(command.content), node))
    keep_copy(uow, directory_copy, command)
