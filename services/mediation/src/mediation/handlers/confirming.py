"""When hands were given, terms performed, and the court asked: not before what they rest on."""

from datetime import date, datetime

from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.domain.words import SessionState
from mediation.errors import FieldsInvalid
from mediation.errors_casework import HandRefused
from mediation.handlers.acting import Opened, Row
from mediation.handlers.assigning import day_of
from mediation.storage.tables_agreements import agreement
from mediation.storage.tables_sessions import session


def expect_after_meeting(uow: UnitOfWork, opened: Opened, at: datetime) -> None:
    """A hand is given at the first held session or later, and lies not ahead; days of Shanghai.

    Without a session it is given after the mediation was opened, and never before a version that
    was in force already: a hand dated back would shorten or stretch every clock that follows.

    Raises:
        HandRefused: the field is `at`.
    """
    if at > uow.now:
        raise HandRefused(FieldViolation("at", "IN_FUTURE"))
    sessions = uow.find(session, case_id=opened.case_id, state=SessionState.HELD.value)
    begun = min((row["starts_at"] for row in sessions), default=opened.row["opened_at"])
    before = [row["in_force_from"] for row in uow.find(agreement, case_id=opened.case_id)]
    if day_of(at) < day_of(max([begun, *filter(None, before)])):
        raise HandRefused(FieldViolation("at", "HAND_BEFORE_MEETING"))


def expect_in_force_then(row: Row, on: date) -> None:
    """Nothing is performed before there was anything to perform. Raises FieldsInvalid."""
    if on < day_of(row["in_force_from"]):
        raise FieldsInvalid(FieldViolation("done_on", "DONE_BEFORE_FORCE"))


def expect_in_course(now: datetime, row: Row, at: datetime) -> None:
    """The court's course is not written ahead, nor before what it follows. Raises FieldsInvalid."""
    if at > now:
        raise FieldsInvalid(FieldViolation("at", "IN_FUTURE"))
    if at < max(row["in_force_from"], row["confirmation_at"] or row["in_force_from"]):
        raise FieldsInvalid(FieldViolation("at", "CONFIRMATION_BEFORE_CAUSE"))
