"""Papers whose service starts a clock: who waits for it is known, and told once when it is late.

What was made and served of a case is sealed in its history, so a row in clear stands beside it for
each paper that waits. The rows follow from the history after each act and never lead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from intake.documents.kept import Made, Register
from intake.domain.facts import SERVICE_OVERDUE
from intake.domain.states import MOOT, State
from intake.handlers.acting import Change, event_of
from intake.office import Office
from intake.storage.tables import cases, fact, write_grant
from intake.storage.tables_unserved import unserved
from kernel import regulation
from kernel.calendar import Calendar
from kernel.facts import Fact
from kernel.holding import LOCKED, keep_fact
from kernel.regulation import Due, Profile, end_of_day
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
LATER = timedelta(minutes=1)
"""When a case that is under a lock is looked at again."""


@dataclass(frozen=True, slots=True)
class LookAtUnserved:
    """A paper of this case should have been served by now."""

    case_id: UUID


def refit(uow: UnitOfWork, case_id: UUID, kept: Register, office: Office) -> None:
    """Let the rows of a case be those that follow from what was made and served of it."""
    waiting = {one.document_id: one for one in kept.waiting()}
    known = {row["document_id"] for row in uow.find(unserved, case_id=case_id)}
    profile = _profile_of(uow, case_id, office)
    for document_id in known - waiting.keys():
        uow.delete(unserved, case_id=case_id, document_id=document_id)
    for document_id, made in waiting.items():
        if document_id not in known:
            uow.insert(unserved, {"case_id": case_id} | _row(made, profile, office.calendar))


def drop(uow: UnitOfWork, case_id: UUID) -> None:
    """Nobody here waits for it any more: the case is held elsewhere."""
    for row in uow.find(unserved, case_id=case_id):
        uow.delete(unserved, case_id=case_id, document_id=row["document_id"])


def due_of(profile: Profile, kind: str, made_at: datetime, calendar: Calendar) -> Due | None:
    """Until when a paper is to be served by the profile of its case; None where it sets no day."""
    clock = profile.rules.service.clock_of(kind)
    if not clock:
        return None
    return regulation.due(profile, clock, made_at, calendar=calendar)


def _profile_of(uow: UnitOfWork, case_id: UUID, office: Office) -> Profile:
    row = uow.get(cases, case_id=case_id, lock=False)
    if row is None:
        raise LookupError("a case whose papers are watched is there")
    return office.profile_of(row["regulation"])


def look(uow: UnitOfWork, command: LookAtUnserved) -> int:
    """Tell, once each, of papers that were to be served and were not. Answers how many."""
    row = uow.get(cases, case_id=command.case_id)
    grant = uow.get(write_grant, case_id=command.case_id)
    late = [one for one in uow.find(unserved, case_id=command.case_id) if _is_due(one, uow.now)]
    if row is None or grant is None or row["epoch"] > grant["epoch"] or State(row["state"]) in MOOT:
        drop(uow, command.case_id)
        return 0
    if grant["state"] == LOCKED:
        for one in late:
            _set(uow, one, next_look_at=uow.now + LATER)
        return 0
    for one in late:
        _set(uow, one, told_at=uow.now, next_look_at=None)
        _tell(uow, one, grant)
    return len(late)


def _is_due(one: Row, now: datetime) -> bool:
    return one["next_look_at"] is not None and one["next_look_at"] <= now


def _row(made: Made, profile: Profile, calendar: Calendar) -> dict[str, Any]:
    at = made.at
    if at is None:
        raise LookupError("a paper that was kept has its time")
    due = due_of(profile, made.kind, at, calendar)
    last: date | None = due.due if due else None
    return {
        "document_id": made.document_id,
        "kind": made.kind,
        "clock": made.starts,
        "unit": made.unit,
        "made_at": at,
        "due_on": last,
        "told_at": None,
        "next_look_at": end_of_day(last) if last else None,
    }


def _tell(uow: UnitOfWork, one: Row, grant: Row) -> None:
    """A fact dated when it came to be so. The version stays: nobody's reading is out of date."""
    row = uow.get(cases, case_id=one["case_id"])
    if row is None:
        raise LookupError("a case whose papers are watched is there")
    numbered = {"fact_no": row["fact_no"] + 1}
    uow.update(cases, {"case_id": row["case_id"]}, numbered)
    entry = Fact(
        event_id=uow.new_id(),
        fact_no=numbered["fact_no"],
        kind=SERVICE_OVERDUE,
        case_id=row["case_id"],
        epoch=grant["epoch"],
        unit=grant["unit"] or row["holder_unit"],
        actor=uow.caller.id,
        at=end_of_day(one["due_on"]),
        body={
            "document": str(one["document_id"]),
            "document_kind": one["kind"],
            "due_on": one["due_on"].isoformat(),
        },
    )
    keep_fact(uow, fact, entry)
    event = event_of(entry, {**row, **numbered}, grant["path"], Change(SERVICE_OVERDUE))
    uow.emit(event, event_id=entry.event_id)


def _set(uow: UnitOfWork, one: Row, **values: Any) -> None:
    uow.update(unserved, {name: one[name] for name in ("case_id", "document_id")}, values)
