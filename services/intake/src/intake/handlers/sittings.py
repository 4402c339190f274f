"""Sittings of a meeting day (说事日): called, held or cancelled; matters added; minutes signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from intake.commands_sittings import (
    AddMatters,
    CallSitting,
    CancelSitting,
    HoldSitting,
    Kept,
    Minutes,
    SignMinutes,
)
from intake.domain.sittings import SittingState
from intake.errors import FieldsInvalid, NotYourUnit
from intake.errors_sittings import (
    SittingChanged,
    SittingFull,
    SittingMissing,
    SittingNotNow,
    SittingSigned,
    SittingTooEarly,
    SittingTwice,
)
from intake.office import Office, day_of
from intake.storage.tables_sittings import sitting, sitting_matter, sitting_minutes
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork

MOST = 200
"""Matters of one sitting."""
FIRST = 1
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sat:
    """A sitting after a change: its row, what was sealed of it, how many matters it has."""

    row: Row
    kept: Kept
    matters: int
    added: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """Minutes that were kept, and their sitting."""

    sat: Sat
    row: Row
    minutes: Minutes


def call_sitting(uow: UnitOfWork, command: CallSitting, *, office: Office) -> Sat:
    """Call a sitting, one for a unit and a day.

    Raises:
        NotYourUnit: the caller works at another site.
        SittingTwice: there is one on that day that was not cancelled.
    """
    if uow.caller.path != command.path:
        raise NotYourUnit(unit=command.unit)
    same_day = uow.find(sitting, unit=command.unit, on_day=command.on_day)
    if any(row["state"] != SittingState.CANCELLED.value for row in same_day):
        raise SittingTwice(day=command.on_day.isoformat())
    sitting_id, kept = uow.new_id(), Kept(place=command.place)
    row = {
        "sitting_id": sitting_id,
        "unit": command.unit,
        "path": command.path,
        "on_day": command.on_day,
        "begins": command.begins,
        "ends": command.ends,
        "state": SittingState.CALLED.value,
        "residents": None,
        "minutes": 0,
        "version": FIRST,
        "sealed": office.vault.seal_sitting(sitting_id, kept),
        "called_by": uow.caller.id,
        "called_at": uow.now,
        "done_by": None,
        "done_at": None,
    }
    uow.insert(sitting, row)
    return Sat(row, kept, 0)


def cancel_sitting(uow: UnitOfWork, command: CancelSitting, *, office: Office) -> Sat:
    """Cancel a sitting that was called. Raises what `_opened` raises, and SittingNotNow."""
    row = _opened(uow, command.sitting_id, command.version)
    _expect(row, SittingState.CALLED)
    kept = office.vault.open_sitting(row["sitting_id"], row["sealed"], Kept)
    said = Kept(place=kept.place, why=command.why)
    return _changed(uow, row, said, office, state=SittingState.CANCELLED.value, **_done(uow))


def hold_sitting(uow: UnitOfWork, command: HoldSitting, *, office: Office) -> Sat:
    """Keep that it was held and who was there; again as long as no minutes are signed.

    Raises what `_opened` raises, and:
        SittingNotNow, SittingSigned: it was cancelled; its minutes are signed.
        SittingTooEarly: its day has not come.
    """
    row = _opened(uow, command.sitting_id, command.version)
    _expect(row, SittingState.CALLED, SittingState.HELD)
    _expect_unsigned(row)
    if row["on_day"] > day_of(uow.now):
        raise SittingTooEarly(day=row["on_day"].isoformat())
    kept = office.vault.open_sitting(row["sitting_id"], row["sealed"], Kept)
    said = Kept(place=kept.place, attendees=command.attendees)
    values = {"state": SittingState.HELD.value, "residents": command.residents}
    return _changed(uow, row, said, office, **values, **_done(uow))


def add_matters(uow: UnitOfWork, command: AddMatters, *, office: Office) -> Sat:
    """Add matters; one that is there already stays as it is.

    Raises what `_opened` raises, and:
        SittingNotNow, SittingSigned: it was cancelled; its minutes are signed.
        SittingFull: it would have too many.
    """
    row = _opened(uow, command.sitting_id)
    _expect(row, SittingState.CALLED, SittingState.HELD)
    _expect_unsigned(row)
    there = uow.find(sitting_matter, sitting_id=command.sitting_id)
    known = {one["case_id"] for one in there}
    fresh = [one for one in dict.fromkeys(command.case_ids) if one not in known]
    if len(there) + len(fresh) > MOST:
        raise SittingFull(limit=MOST)
    for number, case_id in enumerate(fresh, start=len(there) + 1):
        uow.insert(
            sitting_matter,
            {
                "sitting_id": command.sitting_id,
                "case_id": case_id,
                "no": number,
                "registered_there": command.registered_there,
                "actor": uow.caller.id,
                "at": uow.now,
            },
        )
    kept = office.vault.open_sitting(row["sitting_id"], row["sealed"], Kept)
    return Sat(row, kept, len(there) + len(fresh), len(fresh))


def sign_minutes(uow: UnitOfWork, command: SignMinutes, *, office: Office) -> Signed:
    """Keep minutes as they were signed; a further version never replaces the one before.

    Raises what `_opened` raises, and:
        SittingNotNow: it was not held.
        FieldsInvalid: somebody who signed was not there, they were signed before it was held, or
            an amendment has no reason.
    """
    row = _opened(uow, command.sitting_id, command.version)
    _expect(row, SittingState.HELD)
    vault, said, number = office.vault, command.minutes, row["minutes"] + 1
    kept = vault.open_sitting(row["sitting_id"], row["sealed"], Kept)
    _expect_signed_there(said, kept, row["on_day"], amended=number > FIRST)
    entry = {
        "sitting_id": command.sitting_id,
        "version": number,
        "sealed": vault.seal_sitting(command.sitting_id, said),
        "actor": uow.caller.id,
        "at": uow.now,
    }
    uow.insert(sitting_minutes, entry)
    return Signed(_changed(uow, row, kept, office, minutes=number), entry, said)


def _expect_signed_there(said: Minutes, kept: Kept, on_day: date, *, amended: bool) -> None:
    wrong = []
    if not set(said.signed_by) <= {one.name for one in kept.attendees}:
        wrong.append(FieldViolation("signed_by", "SITTING_SIGNER_ABSENT"))
    if said.signed_on < on_day:
        wrong.append(FieldViolation("signed_on", "DATE_OUT_OF_RANGE"))
    if amended and not said.why:
        wrong.append(FieldViolation("why", "REQUIRED"))
    if wrong:
        raise FieldsInvalid(*wrong)


def _opened(uow: UnitOfWork, sitting_id: UUID, version: int | None = None) -> Row:
    """The sitting, for staff of its site.

    Raises:
        SittingMissing: there is none here, or it is another site's.
        SittingChanged: it is not as the caller saw it.
    """
    row = uow.get(sitting, sitting_id=sitting_id)
    if row is None or uow.caller.path != row["path"]:
        raise SittingMissing
    if version is not None and row["version"] != version:
        raise SittingChanged(current=row["version"])
    return row


def _expect(row: Row, *states: SittingState) -> None:
    if SittingState(row["state"]) not in states:
        raise SittingNotNow(state=row["state"])


def _expect_unsigned(row: Row) -> None:
    if row["minutes"]:
        raise SittingSigned


def _done(uow: UnitOfWork) -> dict[str, Any]:
    return {"done_by": uow.caller.id, "done_at": uow.now}


def _changed(uow: UnitOfWork, row: Row, kept: Kept, office: Office, **values: Any) -> Sat:
    sitting_id = row["sitting_id"]
    changed = values | {
        "version": row["version"] + 1,
        "sealed": office.vault.seal_sitting(sitting_id, kept),
    }
    uow.update(sitting, {"sitting_id": sitting_id}, changed, expect={"version": row["version"]})
    matters = len(uow.find(sitting_matter, sitting_id=sitting_id))
    return Sat({**row, **changed}, kept, matters)
