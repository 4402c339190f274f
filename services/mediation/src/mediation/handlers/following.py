"""The mediators of a case that changes its holder: who goes on, who stayed, whose load it is."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mediation.domain.assignment import STAYED, works_at
from mediation.domain.words import SessionState
from mediation.handlers.acting import Row
from mediation.handlers.booking import book, booked_times, free
from mediation.handlers.casework import assigned_to, at_work
from mediation.handlers.guests import shut_all_out
from mediation.storage import fields
from mediation.storage.mediators import open_load
from mediation.storage.tables_people import assignment, mediator
from mediation.storage.tables_sessions import booking, session


def count_again(uow: UnitOfWork, mediators: Iterable[UUID]) -> None:
    """Set the load of those on the register here to what they have on the desk here, no more.

    It is counted from the rows, so that no repeat and no order of events counts anything twice.
    """
    for mediator_id in sorted(set(mediators), key=lambda one: one.int):
        row = uow.get(mediator, mediator_id=mediator_id)
        if row is None:
            continue
        load = open_load(uow, mediator_id)
        if load != row["load"]:
            values = {"load": load, "version": row["version"] + 1}
            seen = {"version": row["version"]}
            uow.update(mediator, {"mediator_id": mediator_id}, values, expect=seen)
        fields.keep(uow, {**row, "load": load})


def mediators_of(uow: UnitOfWork, case_id: UUID) -> frozenset[UUID]:
    """Everybody whose assignment to the case is open, wherever they work."""
    return frozenset(row["mediator_id"] for row in assigned_to(uow, case_id))


def let_go(uow: UnitOfWork, case_id: UUID) -> None:
    """The case is held elsewhere: here its mediators have room, and time, for others."""
    shut_all_out(uow, case_id)
    free(uow, case_id=case_id)
    count_again(uow, mediators_of(uow, case_id))


def note_who_stayed(uow: UnitOfWork, case_id: UUID, holder: str) -> None:
    """On arrival: who does not work at the holder, or is not known here, is assigned anew.

    Their assignment stays open until the holder decides; what they did stays on file. Who read it
    as a mediator of another unit than the holder's reads it no more.
    """
    shut_all_out(uow, case_id)
    for row in assigned_to(uow, case_id):
        key: dict[str, Any] = {"case_id": case_id, "mediator_id": row["mediator_id"]}
        known = uow.get(mediator, mediator_id=row["mediator_id"])
        here = known is not None and not known["ended"] and works_at(known["path"], holder)
        why = "" if here else STAYED
        if row["why"] != why:
            uow.update(assignment, key, {"why": why})


def take_up(uow: UnitOfWork, case_id: UUID) -> None:
    """The case is held here (again): it counts, and its sessions to come take up time."""
    count_again(uow, mediators_of(uow, case_id))
    book_again(uow, case_id)


def book_again(uow: UnitOfWork, case_id: UUID) -> None:
    """The sessions to come take up the time of those who are at work here, each once."""
    booked = {row["session_id"] for row in uow.find(booking, case_id=case_id)}
    for row in uow.find(session, case_id=case_id):
        scheduled = row["state"] == SessionState.SCHEDULED.value
        coming = scheduled and row["starts_at"] > uow.now
        if coming and row["session_id"] not in booked:
            _book_those_free(uow, case_id, row)


def _book_those_free(uow: UnitOfWork, case_id: UUID, row: Row) -> None:
    """For each mediator at work here whom no other session took up meanwhile."""
    for one in at_work(uow, case_id):
        known = uow.get(mediator, mediator_id=one["mediator_id"])
        if known is None:
            continue
        times = booked_times(uow, known["mediator_id"])
        if not any(other.overlaps(row["starts_at"], row["ends_at"]) for other in times):
            book(uow, known, row)
