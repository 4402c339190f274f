"""Due dates that people set: a day that has passed cannot be asked of anybody."""

from datetime import date, datetime

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from routing.errors import FieldWrong


def not_past(day: str, now: datetime, field: str = "due_on") -> None:
    """See that an ISO date is the today in Asia/Shanghai, or later; empty sets no date.

    Raises:
        FieldWrong: DATE_PASSED, naming the field.
    """
    if _is_before(day, now):
        raise FieldWrong(FieldViolation(field, "DATE_PASSED"))


def not_before_receipt(day: str, received_at: datetime, field: str = "due_on") -> None:
    """See that a date set outside, true though it may have passed, is not before the receipt.

    Raises:
        FieldWrong: DATE_BEFORE_RECEIPT, naming the field.
    """
    if _is_before(day, received_at):
        raise FieldWrong(FieldViolation(field, "DATE_BEFORE_RECEIPT"))


def _is_before(day: str, instant: datetime) -> bool:
    return bool(day) and date.fromisoformat(day) < instant.astimezone(SHANGHAI).date()
