"""Terms of an agreement: what is owed by whom until when, what was done, and what comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kernel.calendar import Calendar
from mediation.domain.words import Confirmation, NextStep, Performance

REMIND_DAYS = (7, 1, 0)
"""Natural days before the due date on which a performer is reminded."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is owed. `amount` is in fen; None for what is not paid in money."""

    no: int
    performer: UUID
    due_on: date
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """That something was done on a term: an amount in fen, or the whole of what is no money."""

    term_no: int
    on: date
    amount: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Where one term stands on a day. `rest` is what is still owed, in fen."""

    term: Term
    standing: Performance
    rest: int | None
    performed_on: date | None


def account(term: Term, rendered: Iterable[Rendered], today: date) -> Account:
    """What was done on a term until today, and whether it is late.

    A part of it does not stop it from being in default once its day is over.
    """
    done = sorted((one for one in rendered if _counts(one, term, today)), key=lambda one: one.on)
    performed_on = _performed_on(term, done)
    paid = sum(one.amount or 0 for one in done)
    rest = None if term.amount is None else max(term.amount - paid, 0)
    if performed_on is not None:
        return Account(term, Performance.PERFORMED, 0 if rest is not None else None, performed_on)
    if today > term.due_on:
        return Account(term, Performance.DEFAULTED, rest, None)
    return Account(term, Performance.PARTIAL if done else Performance.DUE, rest, None)


def _counts(one: Rendered, term: Term, today: date) -> bool:
    return one.term_no == term.no and one.on <= today


def _performed_on(term: Term, done: list[Rendered]) -> date | None:
    """The day on which nothing was owed any more. The creditor may take less as the whole."""
    paid = 0
    for one in done:
        paid += one.amount or 0
        if one.whole or (term.amount is not None and paid >= term.amount):
            return one.on
    return None


def standing(accounts: Iterable[Account]) -> Performance:
    """Where an agreement stands: in default with its worst term, performed with its last."""
    found = {one.standing for one in accounts}
    if Performance.DEFAULTED in found:
        return Performance.DEFAULTED
    if found <= {Performance.PERFORMED}:
        return Performance.PERFORMED
    if found & {Performance.PARTIAL, Performance.PERFORMED}:
        return Performance.PARTIAL
    return Performance.DUE


def next_steps(now: Performance, confirmation: Confirmation) -> tuple[NextStep, ...]:
    """What is open after that; only what a court confirmed can be enforced at once (33)."""
    if now is not Performance.DEFAULTED:
        return ()
    if confirmation is Confirmation.CONFIRMED:
        return (NextStep.URGE, NextStep.ENFORCE)
    return (NextStep.URGE, NextStep.MEDIATE_AGAIN, NextStep.SUE_ON_AGREEMENT)


def reminders(term: Term, today: date, calendar: Calendar) -> Iterator[date]:
    """The days from today on which to remind the performer: on workdays, each day once."""
    days = (calendar.workday_until(term.due_on - timedelta(days=n)) for n in REMIND_DAYS)
    return (day for day in sorted(set(days)) if day >= today)
