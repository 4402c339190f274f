"""Attempts to log in: counted before the password is looked at, so that guessing is slow.

Each attempt reads one account and writes one row, whoever is asked for: neither the answer nor its
time tells whether there is such an account, and whether it is locked.
"""

from dataclasses import dataclass

from kernel.passwords import Attempts
from kernel.unit_of_work import UnitOfWork
from routing.handlers.accounts import change
from routing.node import Node
from routing.storage.staff import Values, staff

UNKNOWN = "login.unknown"
"""The series that counts attempts on accounts that are not there."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The password was right; `rehash` is a new hash to store, if today's parameters ask for it."""

    staff_id: str
    rehash: str = ""


def begin_attempt(uow: UnitOfWork, staff_id: str, *, node: Node) -> Values | None:  # noqa: ARG001 (a handler)
    """Count an attempt as failed until it succeeds; the row.

    None when no password will do: no such account, disabled, an issuer's, or too many wrong ones of
    late.
    """
    row = uow.get(staff, staff_id=staff_id)
    if row is None:
        uow.next_number(UNKNOWN)
        return None
    attempts = Attempts(row["failures"], row["last_failure_at"])
    if row["disabled"] or row["issuer"] or attempts.is_locked(uow.now):
        change(uow, row)
        return None
    counted = attempts.failed(uow.now)
    change(uow, row, failures=counted.failures, last_failure_at=counted.last_failure)
    return row


def note_success(uow: UnitOfWork, command: LoggedIn, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """The attempt succeeded: the count starts again."""
    row = uow.get(staff, staff_id=command.staff_id)
    if row is None:
        return
    values: dict[str, object] = {"failures": 0, "last_failure_at": None, "last_login_at": uow.now}
    if command.rehash:
        values["password"] = command.rehash
    change(uow, row, **values)
