"""Sessions of a mediation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import CancelSession, RecordSession, ScheduleSession
from mediation.domain import facts
from mediation.domain.planning import Step
from mediation.domain.sessions import (
    FIELDS,
    Booked,
    Draft,
    Fault,
    faults,
    out_of_reach,
    taken,
)
from mediation.domain.states import Act
from mediation.domain.words import Attendance, Joining, SessionOutcome, SessionState
from mediation.errors_casework import (
    MediatorMissing,
    MediatorTaken,
    PartyUnknown,
    SessionImpossible,
    SessionMissing,
)
from mediation.handlers.acting import Change, Row, Stamp, open_case, record
from mediation.handlers.booking import book, booked_times, free, is_on_leave
from mediation.handlers.casework import at_work, words_of
from mediation.handlers.consenting import expect_willing
from mediation.handlers.duties import after_violence
from mediation.handlers.planning import meet
from mediation.office import Office
from mediation.storage.tables_people import mediator, participant
from mediation.storage.tables_sessions import attendance, session


def schedule_session(uow: UnitOfWork, command: ScheduleSession, *, office: Office) -> Stamp:
    """Call people together: a mediator is never in two sessions at once.

    Raises:
        MediatorMissing: one who is named is not assigned to the case.
        MediatorTaken: one is in another session then.
        ConsentMissing: a side, or somebody called, is not on record as wanting to be mediated.
        SessionImpossible: time, place, nobody called, or who would sit together.
        PartyUnknown: somebody invited is not named in the mediation.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.SCHEDULE)
    draft = _with_mediators(uow, command)
    _expect_parties(uow, command.case_id, command.parties)
    expect_willing(uow, opened, command.parties, draft.mediators, office)
    booked = tuple(chain.from_iterable(booked_times(uow, one) for one in draft.mediators))
    _refuse(uow, command, draft, booked, opened.row["opened_at"])
    row = _session_row(command, draft)
    _book_all(uow, draft.mediators, row)
    words = words_of(uow, command.case_id, office)
    row["sealed"] = words.seal(session, row, {"where": command.where}).data
    uow.insert(session, row)
    for party_id in command.parties:
        _mark(uow, (command.case_id, draft.session_id, party_id), Attendance.INVITED)
    return record(uow, opened, Change(facts.SESSION_SCHEDULED, {}, _called(command, draft)))


def _called(command: ScheduleSession, draft: Draft) -> dict[str, str]:
    """Who is called and when, by ids: each party is told of its own sessions when it tracks."""
    return {
        "session": str(draft.session_id),
        "kind": draft.kind.value,
        "starts_at": draft.starts_at.astimezone(UTC).isoformat(),
        "ends_at": draft.ends_at.astimezone(UTC).isoformat(),
        "parties": " ".join(map(str, command.parties)),
    }


def _with_mediators(uow: UnitOfWork, command: ScheduleSession) -> Draft:
    """The draft with the mediators of the case, or with those of them who were named."""
    assigned = frozenset(row["mediator_id"] for row in at_work(uow, command.case_id))
    if not command.draft.mediators <= assigned:
        raise MediatorMissing
    return replace(command.draft, mediators=command.draft.mediators or assigned)


def _expect_parties(uow: UnitOfWork, case_id: UUID, parties: Iterable[UUID]) -> None:
    known = {row["party_id"] for row in uow.find(participant, case_id=case_id)}
    if not set(parties) <= known:
        raise PartyUnknown


def _refuse(
    uow: UnitOfWork,
    command: ScheduleSession,
    draft: Draft,
    booked: tuple[Booked, ...],
    opened_at: datetime,
) -> None:
    violence = after_violence(uow, command.case_id)
    found = faults(draft, booked, family_violence=violence, victim_asks=command.victim_asks)
    wrong: list[Fault] = [fault for fault in found if fault is not Fault.MEDIATOR_TAKEN]
    if any(is_on_leave(uow, one, draft.starts_at) for one in draft.mediators):
        wrong.append(Fault.MEDIATOR_ON_LEAVE)
    if not command.parties:
        wrong.append(Fault.NOBODY_CALLED)
    wrong += filter(None, [out_of_reach(draft, opened_at, uow.now)])
    if wrong:
        raise SessionImpossible(*map(_violation, wrong))
    if found:
        busy = taken(draft, booked)[0]
        who = (uow.get(mediator, mediator_id=busy, lock=False) or {}).get("staff") or busy
        raise MediatorTaken(_violation(Fault.MEDIATOR_TAKEN), mediator=busy, who=who)


def _violation(fault: Fault) -> FieldViolation:
    return FieldViolation(FIELDS[fault], fault.value)


def _book_all(uow: UnitOfWork, mediators: Iterable[UUID], row: Row) -> None:
    """Take up the time of every mediator of a session, always in the same order."""
    for mediator_id in sorted(mediators, key=lambda one: one.int):
        known = uow.get(mediator, mediator_id=mediator_id)
        if known is None:
            raise MediatorMissing(mediator=mediator_id)
        book(uow, known, row)


def _session_row(command: ScheduleSession, draft: Draft) -> dict[str, Any]:
    return {
        "case_id": command.case_id,
        "session_id": draft.session_id,
        "kind": draft.kind.value,
        "joining": draft.joining.value,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "departments": " ".join(sorted(draft.departments)),
        "victim_asks": command.victim_asks,
        "state": SessionState.SCHEDULED.value,
    }


def cancel_session(uow: UnitOfWork, command: CancelSession) -> Stamp:
    """It does not take place; its mediators are free again. Raises SessionMissing."""
    opened = open_case(uow, command.case_id, command.seen, Act.SCHEDULE)
    _expect_scheduled(uow, command.case_id, command.session_id)
    key: dict[str, Any] = {"case_id": command.case_id, "session_id": command.session_id}
    uow.update(session, key, {"state": SessionState.CANCELLED.value})
    free(uow, session_id=command.session_id)
    said = {"session": str(command.session_id)}
    return record(uow, opened, Change(facts.SESSION_CANCELLED, {}, said))


def attended(came: Mapping[UUID, Attendance]) -> list[UUID]:
    """Those who were there."""
    return [party_id for party_id, how in came.items() if how is Attendance.ATTENDED]


def _expect_scheduled(uow: UnitOfWork, case_id: UUID, session_id: UUID) -> Row:
    row = uow.get(session, case_id=case_id, session_id=session_id)
    if row is None or row["state"] != SessionState.SCHEDULED.value:
        raise SessionMissing
    return row


def record_session(uow: UnitOfWork, command: RecordSession, *, office: Office) -> Stamp:
    """What came of a session: who was there, what was said, what follows.

    A session that was not held moves nothing.

    Raises:
        SessionMissing: it is not of this case, or over.
        SessionImpossible: it has not begun yet.
        PartyUnknown: somebody who came is not named in the mediation.
    """
    not_held = command.outcome is SessionOutcome.NOT_HELD
    act = Act.SCHEDULE if not_held else Act.HOLD_SESSION
    opened = open_case(uow, command.case_id, command.seen, act)
    row = _expect_scheduled(uow, command.case_id, command.session_id)
    if row["starts_at"] > uow.now and not not_held:
        raise SessionImpossible(FieldViolation("session_id", "SESSION_NOT_BEGUN"))
    _expect_parties(uow, command.case_id, command.came)
    if not not_held:
        expect_willing(uow, opened, attended(command.came), (), office)
        _expect_apart(uow, command.case_id, row)
        _expect_somebody(command)
    for party_id, came in command.came.items():
        _mark(uow, (command.case_id, command.session_id, party_id), came)
    commitments = _keep_record(uow, command, row, office)
    said = {"session": str(command.session_id), "outcome": command.outcome.value}
    if not_held:
        free(uow, session_id=command.session_id)
        return record(uow, opened, Change(facts.SESSION_CANCELLED, {}, said, commitments))
    meet(uow, command.case_id, Step.SESSION)
    return record(uow, opened, Change(facts.SESSION_HELD, {}, said, commitments))


def _expect_somebody(command: RecordSession) -> None:
    """Nobody agrees to anything in an empty room."""
    if command.outcome is SessionOutcome.AGREED and not attended(command.came):
        raise SessionImpossible(FieldViolation("came", "SESSION_NOBODY_CAME"))


def _expect_apart(uow: UnitOfWork, case_id: UUID, row: Row) -> None:
    """Family violence may have come to light after people were called together."""
    together = row["joining"] == Joining.JOINT.value and not row["victim_asks"]
    if together and after_violence(uow, case_id):
        raise SessionImpossible(FieldViolation("session_id", Fault.NOT_TOGETHER.value))


def _keep_record(
    uow: UnitOfWork, command: RecordSession, row: Row, office: Office
) -> dict[str, str]:
    """Keep outcome and record; answers the commitment to what was said."""
    words = words_of(uow, command.case_id, office)
    sealed = words.seal(session, row, {"record": command.record}, "sealed_record")
    not_held = command.outcome is SessionOutcome.NOT_HELD
    values = {
        "state": (SessionState.CANCELLED if not_held else SessionState.HELD).value,
        "outcome": command.outcome.value,
        "held_at": None if not_held else uow.now,
        "sealed_record": sealed.data,
    }
    key: dict[str, Any] = {"case_id": command.case_id, "session_id": command.session_id}
    uow.update(session, key, values)
    return {f"session:{command.session_id}": sealed.commitment}


def _mark(uow: UnitOfWork, key: tuple[UUID, UUID, UUID], came: Attendance) -> None:
    named: dict[str, Any] = dict(zip(("case_id", "session_id", "party_id"), key, strict=True))
    if uow.get(attendance, **named) is None:
        uow.insert(attendance, {**named, "came": came.value})
    else:
        uow.update(attendance, named, {"came": came.value})
