"""Mediators' time: sessions take it up and give it back, and leave takes it away."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.unit_of_work import UnitOfWork
from mediation.domain.sessions import Booked
from mediation.storage.tables_people import mediator, mediator_leave
from mediation.storage.tables_sessions import booking

Row = Mapping[str, Any]


def booked_times(uow: UnitOfWork, mediator_id: UUID) -> Iterator[Booked]:
    """When a mediator is taken up, by sessions of whichever case."""
    for row in uow.find(booking, mediator_id=mediator_id):
        yield Booked(row["session_id"], mediator_id, row["starts_at"], row["ends_at"])


def book(uow: UnitOfWork, known: Row, held: Row) -> None:
    """Take up a mediator's time for a session, each by its row.

    The mediator's version moves, so that two writers cannot both.
    """
    key = {"mediator_id": known["mediator_id"]}
    uow.update(
        mediator, key, {"version": known["version"] + 1}, expect={"version": known["version"]}
    )
    of_session = {name: held[name] for name in ("session_id", "case_id", "starts_at", "ends_at")}
    uow.insert(booking, key | of_session)


def free(uow: UnitOfWork, **which: Any) -> None:
    """Give back the time that was taken up: of a session, of a case, or of a mediator in one.

    `which` are the columns of the bookings that end.
    """
    for row in uow.find(booking, **which):
        uow.delete(booking, mediator_id=row["mediator_id"], session_id=row["session_id"])


def is_on_leave(uow: UnitOfWork, mediator_id: UUID, at: datetime) -> bool:
    """Whether a mediator is on leave on the day of that instant, in Asia/Shanghai."""
    day = at.astimezone(SHANGHAI).date()
    spans = uow.find(mediator_leave, mediator_id=mediator_id)
    return any(span["first_on"] <= day <= span["last_on"] for span in spans)
