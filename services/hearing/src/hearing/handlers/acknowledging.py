"""What somebody was told has reached him; whoever has not answered in time is put to a person."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hearing.commands.base import Seen
from hearing.commands.noticing import AcknowledgeNotice, AcknowledgeOwn, LookAtNotices
from hearing.domain import facts
from hearing.domain.notice_words import How
from hearing.errors import FieldsInvalid
from hearing.errors_noticing import NothingToAcknowledge
from hearing.handlers.acting import Change, Row, Stamp, file_of, stamp_of, tell
from hearing.storage.tables import hearing, hearing_file, write_grant
from hearing.storage.tables_notices import hearing_change, hearing_told, notice
from hearing.storage.tables_register import person
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.holding import LOCKED, expect_writable
from kernel.identity import Kind
from kernel.notifying import keeping
from kernel.notifying.words import OPEN, State, Step
from kernel.unit_of_work import UnitOfWork

LATER = timedelta(minutes=1)
"""When a case that is under a lock is looked at again."""
TOLD_BY_IT = {state.value for state in (*OPEN, State.OWED)}
"""States of a notice that nobody needs to be sent any more once it has reached him."""


def acknowledge(uow: UnitOfWork, command: AcknowledgeNotice) -> Stamp:
    """Take down that it has reached the recipient: whatever he was told and not answered.

    The version of the hearing stays: many answer, and none of them makes another's reading old.

    Raises:
        NothingToAcknowledge: nobody waits for an answer of this recipient.
        FieldsInvalid: the day lies before the notice, or is still to come.
    """
    row, grant = file_of(uow, command.case_id, command.seen)
    _answer(uow, row, command)
    return stamp_of(row, grant["epoch"])


def acknowledge_own(uow: UnitOfWork, command: AcknowledgeOwn) -> None:
    """The same by the recipient, today, with the own account; nothing else of the case is open.

    Raises:
        NothingToAcknowledge: the caller was told of no hearing of this number, or answered.
        CaseLocked, CustodyMoved: the case is just handed over.
    """
    known = uow.caller.kind is Kind.STAFF and uow.caller.id
    people = uow.find(person, staff=uow.caller.id) if known else []
    for row in uow.find(hearing_file, case_no=command.case_no):
        of_hearing = {"case_id": row["case_id"], "number": row["current"]}
        for one in people:
            if not _waiting(uow, of_hearing, one["person_id"]):
                continue
            grant = uow.get(write_grant, case_id=row["case_id"])
            if grant is None:
                raise NothingToAcknowledge
            expect_writable(grant, row, grant["epoch"])
            seen = Seen(grant["epoch"], row["version"])
            today = uow.now.astimezone(SHANGHAI).date()
            who = one["person_id"]
            _answer(uow, row, AcknowledgeNotice(row["case_id"], seen, who, How.REPLIED, today))
            return
    raise NothingToAcknowledge


def _waiting(uow: UnitOfWork, of_hearing: dict[str, Any], recipient: UUID) -> list[Row]:
    """What somebody was told of a hearing and has not answered."""
    return [
        one
        for one in uow.find(hearing_told, **of_hearing, recipient=str(recipient))
        if not one["overtaken"] and one["acknowledged_at"] is None
    ]


def _answer(uow: UnitOfWork, row: Row, command: AcknowledgeNotice) -> None:
    of_hearing = {"case_id": command.case_id, "number": row["current"]}
    waits = _waiting(uow, of_hearing, command.recipient)
    if not waits:
        raise NothingToAcknowledge
    _expect_day(uow, command, waits)
    values = {
        "acknowledged_on": command.on_day,
        "acknowledged_how": command.how.value,
        "acknowledged_at": uow.now,
        "acknowledged_by": uow.caller.id,
    }
    for one in waits:
        uow.update(hearing_told, _key(one), values)
    _settle(uow, command)


def _key(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("case_id", "number", "change_no", "recipient")}


def _expect_day(uow: UnitOfWork, command: AcknowledgeNotice, waits: list[Row]) -> None:
    """Between the word and today."""
    last = max(waits, key=lambda one: int(one["change_no"]))
    change = uow.get(
        hearing_change, **{name: last[name] for name in ("case_id", "number", "change_no")}
    )
    day = command.on_day
    if change is not None and day < change["at"].astimezone(SHANGHAI).date():
        raise FieldsInvalid(FieldViolation("on_day", "HEARING_BEFORE_NOTICE"))
    if day > uow.now.astimezone(SHANGHAI).date():
        raise FieldsInvalid(FieldViolation("on_day", "IN_FUTURE"))


def _settle(uow: UnitOfWork, command: AcknowledgeNotice) -> None:
    """No machine tries again what has reached him, and nobody is put to it."""
    for row in uow.find(notice, case_id=command.case_id, recipient=str(command.recipient)):
        if row["state"] in TOLD_BY_IT:
            keeping.change(uow, keeping.Change(row["notice_id"], Step.TELL), table=notice)


def look(uow: UnitOfWork, command: LookAtNotices) -> int:
    """Tell the log of changes whose answers were waited for in vain. Answers how many there are.

    Each is told once; the queue of the unit shows the people until somebody has reached them.
    """
    found = 0
    grant = uow.get(write_grant, case_id=command.case_id)
    locked = grant is not None and grant["state"] == LOCKED
    for change in uow.find(hearing_change, case_id=command.case_id):
        if change["next_look_at"] is None or change["next_look_at"] > uow.now:
            continue
        key = {name: change[name] for name in ("case_id", "number", "change_no")}
        if locked:  # the log of a case under way has its last fact
            uow.update(hearing_change, key, {"next_look_at": uow.now + LATER})
            continue
        uow.update(hearing_change, key, {"next_look_at": None})
        silent = [
            one
            for one in uow.find(hearing_told, **key)
            if not one["overtaken"] and one["acknowledged_at"] is None
        ]
        if silent:
            _tell(uow, change, len(silent))
            found += 1
    return found


def _tell(uow: UnitOfWork, change: Row, silent: int) -> None:
    """A fact of the current hearing, if the case is still held here; the version stays."""
    row = uow.get(hearing_file, case_id=change["case_id"])
    grant = uow.get(write_grant, case_id=change["case_id"])
    of_change = {name: change[name] for name in ("case_id", "number")}
    one = uow.get(hearing, **of_change)
    if row is None or grant is None or one is None or row["epoch"] > grant["epoch"]:
        return
    numbered = {"fact_no": row["fact_no"] + 1}
    uow.update(hearing_file, {"case_id": row["case_id"]}, numbered)
    body = {"change": str(change["change_no"]), "silent": str(silent)}
    said = Change(facts.NOTICE_UNACKNOWLEDGED, {}, body, at=change["acknowledge_by"])
    tell(uow, {**row, **numbered}, grant, said, one["hearing_id"])
