"""When the court's course can have been so."""

from datetime import datetime

from kernel.errors import FieldViolation
from mediation.errors import FieldsInvalid
from mediation.handlers.acting import Row


def expect_in_course(now: datetime, row: Row, at: datetime) -> None:
    """The court's course is not written ahead, nor before what it follows. Raises FieldsInvalid."""
    if at > now:
        raise FieldsInvalid(FieldViolation("at", "IN_FUTURE"))
    if at < max(row["in_force_from"], row["confirmation_at"] or row["in_force_from"]):
        raise FieldsInvalid(FieldViolation("at", "CONFIRMATION_BEFORE_CAUSE"))
