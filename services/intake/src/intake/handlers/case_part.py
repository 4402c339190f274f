"""Intake's side of a hand-over: Release, Keep, ImportPart, EndGrant (handover protocol, 2).

Everything answered to a hand-over id is remembered: a repeat is answered the same for ever, and a
Release that comes after its Keep is refused. A refusal is an outcome that is committed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intake.domain.states import Act, State, after
from intake.domain.words import Ending
from intake.errors import PartClosed
from intake.handlers.acting import ENDED, LOCKED, OPEN
from intake.storage.tables import cases, handoff, write_grant
from kernel.unit_of_work import UnitOfWork

RELEASED, REFUSED = "released", "refused"
KEPT, STALE, NOT_GRANTED = "KEPT", "STALE_EPOCH", "NOT_GRANTED"
LOCKED_BY_OTHER, CASE_ENDED, REFUSAL_PENDING = "LOCKED_BY_OTHER", "CASE_ENDED", "REFUSAL_PENDING"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """Lock the case under the hand-over's id."""

    handoff_id: UUID
    case_id: UUID
    epoch: int


@dataclass(frozen=True, slots=True)
class Released:
    """The answer, the same for ever."""

    released: bool
    last_fact_no: int
    reason: str


@dataclass(frozen=True, slots=True)
class Keep:
    """The hand-over came to nothing; `unit` goes on at `epoch`."""

    handoff_id: UUID
    case_id: UUID
    epoch: int
    unit: str
    path: str


@dataclass(frozen=True, slots=True)
class EndGrant:
    """The case has ended in this epoch."""

    case_id: UUID
    epoch: int
    ending: str


def release(uow: UnitOfWork, command: Release) -> Released:
    """Lock the case, also when intake has no part of it; or refuse, and remember that."""
    before = uow.get(handoff, handoff_id=command.handoff_id)
    if before is not None and before["release"]:
        return Released(before["release"] == RELEASED, before["last_fact_no"], before["reason"])
    grant = uow.get(write_grant, case_id=command.case_id)
    row = uow.get(cases, case_id=command.case_id)
    kept = before is not None and before["kept"]
    reason = KEPT if kept else _reason_against(grant, row, command)
    answer = Released(not reason, row["fact_no"] if row and not reason else 0, reason)
    if answer.released:
        _lock(uow, command, grant)
    _remember(
        uow,
        command,
        {
            "release": RELEASED if answer.released else REFUSED,
            "reason": reason,
            "last_fact_no": answer.last_fact_no,
        },
    )
    return answer


def _reason_against(grant: Row | None, row: Row | None, command: Release) -> str:
    if grant is None:
        return ""  # no part of it here: locked all the same
    if grant["state"] == LOCKED:
        return LOCKED_BY_OTHER
    if grant["epoch"] != command.epoch:
        return STALE if grant["epoch"] > command.epoch else NOT_GRANTED
    if grant["state"] == ENDED or (row is not None and not State(row["state"]).open):
        return CASE_ENDED
    if row is not None and row["state"] == State.REFUSING.value:
        return REFUSAL_PENDING  # the second person of this unit is asked; nobody else can answer
    return ""


def _lock(uow: UnitOfWork, command: Release, grant: Row | None) -> None:
    locked = {"state": LOCKED, "handoff_id": command.handoff_id}
    if grant is not None:
        uow.update(write_grant, {"case_id": command.case_id}, locked)
        return
    empty = {"case_id": command.case_id, "epoch": command.epoch, "unit": "", "path": ""}
    uow.insert(write_grant, empty | locked)


def keep(uow: UnitOfWork, command: Keep) -> None:
    """Unlock what is locked under this id; from now on refuse its Release.

    A Keep of a higher epoch than the grant's goes on at that epoch whatever the lock says: after a
    restore the services of a node are told so under an id they have never heard of.
    """
    before = uow.get(handoff, handoff_id=command.handoff_id)
    if before is not None and before["kept"]:
        return
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is not None and _goes_on(grant, command):
        unlocked = {
            "state": OPEN,
            "handoff_id": None,
            "epoch": max(grant["epoch"], command.epoch),
            "unit": command.unit or grant["unit"],
            "path": command.path or grant["path"],
        }
        uow.update(write_grant, {"case_id": command.case_id}, unlocked)
        _hold_here(uow, command)
    _remember(uow, command, {"kept": True})


def _goes_on(grant: Row, command: Keep) -> bool:
    if grant["state"] == ENDED:
        return False
    return _is_locked_by(grant, command.handoff_id) or grant["epoch"] < command.epoch


def _hold_here(uow: UnitOfWork, command: Keep) -> None:
    row = uow.get(cases, case_id=command.case_id)
    if row is None:
        return
    values = {"epoch": max(row["epoch"], command.epoch)}
    if command.unit:
        values |= {"holder_unit": command.unit, "holder_path": command.path}
    uow.update(cases, {"case_id": command.case_id}, values)


def locked_part(uow: UnitOfWork, case_id: UUID, handoff_id: UUID) -> Row | None:
    """The case, if it is locked under this hand-over; None when intake has no part of it.

    Raises:
        PartClosed: it is not locked under this id.
    """
    grant = uow.get(write_grant, case_id=case_id)
    if grant is None or not _is_locked_by(grant, handoff_id):
        raise PartClosed
    return uow.get(cases, case_id=case_id)


def _is_locked_by(grant: Row, handoff_id: UUID) -> bool:
    locked: bool = grant["state"] == LOCKED and grant["handoff_id"] == handoff_id
    return locked


def end_grant(uow: UnitOfWork, command: EndGrant) -> None:
    """End the right to write; the case takes the ending it has not got by intake itself."""
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is None or grant["epoch"] > command.epoch or grant["state"] == ENDED:
        return
    ended = {"state": ENDED, "handoff_id": None, "epoch": command.epoch}
    uow.update(write_grant, {"case_id": command.case_id}, ended)
    row = uow.get(cases, case_id=command.case_id)
    if row is not None:
        _end_case(uow, row, command)


def _end_case(uow: UnitOfWork, row: Row, command: EndGrant) -> None:
    target = after(State(row["state"]), Act.CLOSE)
    if target is None:
        return  # ended by an act of intake, which said how
    known = {ending.value for ending in Ending}
    ending = command.ending if command.ending in known else Ending.TERMINATED.value
    values = {
        "state": target.value,
        "ending": ending,
        "ended_at": uow.now,
        "version": row["version"] + 1,
    }
    uow.update(cases, {"case_id": row["case_id"]}, values)


def _remember(uow: UnitOfWork, command: Release | Keep, values: Mapping[str, Any]) -> None:
    remember(uow, command.handoff_id, command.case_id, command.epoch, values)


def remember(
    uow: UnitOfWork, handoff_id: UUID, case_id: UUID, epoch: int, values: Mapping[str, Any]
) -> None:
    """Keep what was answered about a hand-over."""
    if uow.get(handoff, handoff_id=handoff_id) is not None:
        uow.update(handoff, {"handoff_id": handoff_id}, values)
        return
    row = {"handoff_id": handoff_id, "case_id": case_id, "epoch": epoch, "at": uow.now}
    uow.insert(handoff, {**row, **values})
