"""The days that are waited for on a case follow from its rows, and each has a row of its own."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kernel.regulation import end_of_day
from kernel.unit_of_work import UnitOfWork
from mediation.domain import watching
from mediation.domain.measures import MeasureOutcome
from mediation.domain.planning import Step
from mediation.domain.states import State
from mediation.domain.watching import About, Day
from mediation.domain.words import (
    Confirmation,
    Disposition,
    Ending,
    Finding,
    Performance,
    SessionState,
)
from mediation.handlers.booking import is_on_leave
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement, term
from mediation.storage.tables_assessing import assessment
from mediation.storage.tables_closing import answer, disposition, duty
from mediation.storage.tables_plan import plan_measure
from mediation.storage.tables_sessions import booking, milestone, session
from mediation.storage.tables_watching import limitation, watch

Row = Mapping[str, Any]
TO_MEND = "to_mend"
TALKING = frozenset({State.OPENED, State.ASSIGNED, State.PLANNED, State.IN_SESSION, State.AGREED})
"""States in which the steps of a plan are still to be taken."""
TO_APPLY = frozenset({Confirmation.NONE, Confirmation.WITHDRAWN, Confirmation.REFUSED})
"""The court may still be asked."""


def awaited(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    """Every day of the case that somebody waits for, from the rows as they are now."""
    for found in OF_ANY if State(row["state"]) is State.CLOSED else (*OF_ANY, *OF_OPEN):
        yield from found(uow, row)


def _of(uow: UnitOfWork, table: Any, row: Row) -> list[Row]:
    return uow.find(table, case_id=row["case_id"])


def _by_end_of(uow: UnitOfWork, about: About, ref: object, day: date) -> Day:
    return Day(about, str(ref), uow.now, end_of_day(day))


def _milestones(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    """While the sides talk all steps; after that the report on what came of it."""
    before = row["state_before"] or row["state"]
    talking = State(before) in TALKING
    for one in _of(uow, milestone, row):
        if one["met_at"] is None and (talking or one["step"] == Step.REPORT.value):
            yield _by_end_of(uow, About.MILESTONE, one["step"], one["due_on"])


def _measures(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    """Help that was planned is waited for whether or not the sides agree."""
    for one in _of(uow, plan_measure, row):
        if one["outcome"] == MeasureOutcome.OPEN.value:
            yield _by_end_of(uow, About.MEASURE, one["no"], one["due_on"])


def _sessions(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    for one in _of(uow, session, row):
        if one["state"] == SessionState.SCHEDULED.value:
            by = watching.end_after(one["ends_at"], watching.RECORD_DAYS)
            yield Day(About.SESSION, str(one["session_id"]), uow.now, by)
            if _is_away(uow, one):
                yield Day(About.LEAVE, str(one["session_id"]), uow.now, one["starts_at"])


def _is_away(uow: UnitOfWork, one: Row) -> bool:
    return any(
        is_on_leave(uow, booked["mediator_id"], one["starts_at"])
        for booked in uow.find(booking, case_id=one["case_id"])
        if booked["session_id"] == one["session_id"]
    )


def _answers(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    for one in _of(uow, answer, row):
        supported = one["finding"] == Finding.SUPPORTED.value
        if supported and one["carry_out_by"] and one["carried_out_at"] is None:
            yield _by_end_of(uow, About.CARRY_OUT, one["request_no"], one["carry_out_by"])


def _decisions(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    """Whatever waits for a second person."""
    if State(row["state"]).pending:
        yield _decision(uow, row["state"])
    for one in _of(uow, disposition, row):
        second = Disposition(one["disposition"]).needs_second_person
        if second and one["has_basis"] and not one["approved_by"]:
            yield _decision(uow, f"disposition:{one['no']}")


def _decision(uow: UnitOfWork, ref: str) -> Day:
    by = watching.end_after(uow.now, watching.DECISION_DAYS)
    return Day(About.DECISION, ref, uow.now, by)


def _duties(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    for one in _of(uow, duty, row):
        if one["reported_at"] is None and one["waived_at"] is None:
            by = watching.end_after(one["noted_at"], watching.REPORT_DAYS)
            yield Day(About.DUTY, one["duty"], uow.now, by)
            if one["waiver_by"]:
                yield _decision(uow, f"duty:{one['duty']}")


def _limitation(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    for one in _of(uow, limitation, row):
        yield Day(About.LIMITATION, "", uow.now, one["due_at"])


def _terms(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    """What the agreement in force owes; also of a file that was closed because it was agreed."""
    closed = State(row["state"]) is State.CLOSED
    version = _version_in_force(uow, row["case_id"])
    if version is None or (closed and row["ending"] != Ending.AGREED.value):
        return
    for one in _of(uow, term, row):
        owed = one["standing"] != Performance.PERFORMED.value
        if owed and one["version"] == version["version"]:
            yield _by_end_of(uow, About.TERM, f"{one['version']}.{one['no']}", one["due_on"])


def _confirmation(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    version = _version_in_force(uow, row["case_id"])
    if version is not None and Confirmation(version["confirmation"]) in TO_APPLY:
        yield Day(About.CONFIRMATION, str(version["version"]), uow.now, version["confirm_by"])


def _version_in_force(uow: UnitOfWork, case_id: UUID) -> Row | None:
    for one in uow.find(agreement, case_id=case_id):
        if one["in_force_from"] is not None and one["dropped_at"] is None:
            return one
    return None


def _mending(uow: UnitOfWork, row: Row) -> Iterator[Day]:
    for one in _of(uow, assessment, row):
        if one["state"] == TO_MEND:
            yield _by_end_of(uow, About.MEND, one["sample"], one["mend_by"])


Find = Callable[[UnitOfWork, Row], Iterator[Day]]
OF_ANY: tuple[Find, ...] = (_terms, _confirmation, _mending)
"""Days that outlive the closing of the file."""
OF_OPEN: tuple[Find, ...] = (
    _milestones,
    _measures,
    _sessions,
    _answers,
    _decisions,
    _duties,
    _limitation,
)


def refit_sessions_of(uow: UnitOfWork, mediator_id: UUID) -> None:
    """A mediator's leave changed: the sessions to come that it collides with are watched."""
    booked = uow.find(booking, mediator_id=mediator_id)
    for case_id in {one["case_id"] for one in booked if one["starts_at"] > uow.now}:
        row = uow.get(mediation, case_id=case_id)
        if row is not None:
            refit(uow, row)


def refit(uow: UnitOfWork, row: Row) -> None:
    """Make the days that are watched those that follow from the case's rows now.

    One that stays keeps what was told of it; one that moved is looked at anew.
    """
    known = {(one["about"], one["ref"]): one for one in uow.find(watch, case_id=row["case_id"])}
    for day in awaited(uow, row):
        before = known.pop((day.about.value, day.ref), None)
        begun = {"since": day.since, "due_at": day.due_at, "told": 0, "next_look_at": uow.now}
        key: dict[str, Any] = {"case_id": row["case_id"], "about": day.about.value, "ref": day.ref}
        if before is None:
            uow.insert(watch, key | begun)
        elif before["due_at"] != day.due_at and day.about is not About.DECISION:
            uow.update(watch, key, begun)
    for about, ref in known:
        uow.delete(watch, case_id=row["case_id"], about=about, ref=ref)


def look_again(uow: UnitOfWork, case_id: UUID) -> None:
    """The case is held here (again): what is due is looked at here, whatever was looked at before.

    What was told stays told.
    """
    row = uow.get(mediation, case_id=case_id)
    if row is None:
        return
    refit(uow, row)
    for one in uow.find(watch, case_id=case_id):
        key = {name: one[name] for name in ("case_id", "about", "ref")}
        uow.update(watch, key, {"next_look_at": uow.now})
