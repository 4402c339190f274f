"""What was agreed is done, in part, whole, or not; and what comes next."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import OnCase, RenderTerm
from mediation.domain import clocks, facts, terms
from mediation.domain.states import Act, State
from mediation.domain.terms import Account, Rendered, Term, account
from mediation.domain.words import Confirmation, Performance
from mediation.errors import FieldsInvalid
from mediation.errors_casework import AgreementMissing, NotYetDue, TermMissing
from mediation.handlers.acting import Change, Row, Stamp, open_case, record
from mediation.handlers.agreeing import current_of
from mediation.handlers.confirming import expect_in_force_then
from mediation.storage.tables_agreements import rendered, term


def render_term(uow: UnitOfWork, command: RenderTerm) -> Stamp:
    """Something was done on a term; with the last of the last term the agreement is performed.

    Raises:
        TermMissing: the agreement in force has no such term.
        FieldsInvalid: the day lies ahead or before the agreement; nothing, or more than is owed.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.PERFORM_PART)
    if command.on > _today(uow):
        raise FieldsInvalid(FieldViolation("done_on", "IN_FUTURE"))
    row = _in_force(uow, command.case_id)
    expect_in_force_then(row, command.on)
    version = row["version"]
    _expect_owed(uow, command, version)
    uow.insert(rendered, _rendered_row(uow, command, version))
    accounts = accounts_of(uow, command.case_id, version, _today(uow))
    _keep_standings(uow, command.case_id, version, accounts)
    said = {"term": str(command.term_no), "on": command.on.isoformat()}
    if terms.standing(accounts) is Performance.PERFORMED:
        done = replace(opened, target=State.PERFORMED)
        return record(uow, done, Change(facts.PERFORMED, {}, said))
    return record(uow, opened, Change(facts.PERFORMED_IN_PART, {}, said))


def _expect_owed(uow: UnitOfWork, command: RenderTerm, version: int) -> None:
    """Something was done, of the kind that the term owes, and not more than its rest."""
    accounts = accounts_of(uow, command.case_id, version, _today(uow))
    found = next((one for one in accounts if one.term.no == command.term_no), None)
    if found is None:
        raise TermMissing(FieldViolation("term_no", "UNKNOWN_VALUE"), term=command.term_no)
    if found.standing is Performance.PERFORMED:
        raise FieldsInvalid(FieldViolation("term_no", "TERM_PERFORMED"))
    most = found.rest or 0
    if command.amount is None:
        if found.term.amount is not None and not command.whole:
            raise FieldsInvalid(FieldViolation("amount_fen", "REQUIRED"))
    elif command.amount > most:
        raise FieldsInvalid(FieldViolation("amount_fen", "MORE_THAN_OWED", most))


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(SHANGHAI).date()


def _in_force(uow: UnitOfWork, case_id: UUID) -> Row:
    row = current_of(uow, case_id)
    if row is None or row["in_force_from"] is None:
        raise AgreementMissing
    return row


def _rendered_row(uow: UnitOfWork, command: RenderTerm, version: int) -> dict[str, Any]:
    count = len(uow.find(rendered, case_id=command.case_id))
    return {
        "case_id": command.case_id,
        "n": count + 1,
        "version": version,
        "term_no": command.term_no,
        "on_day": command.on,
        "amount": command.amount,
        "whole": command.whole,
        "actor": uow.caller.id,
        "at": uow.now,
    }


def accounts_of(uow: UnitOfWork, case_id: UUID, version: int, today: date) -> tuple[Account, ...]:
    """Where each term of a version stands today, by number."""
    done = [
        Rendered(row["term_no"], row["on_day"], row["amount"], whole=row["whole"])
        for row in uow.find(rendered, case_id=case_id)
        if row["version"] == version
    ]
    rows = [row for row in uow.find(term, case_id=case_id) if row["version"] == version]
    rows.sort(key=lambda row: int(row["no"]))
    owed = (Term(r["no"], r["performer"], r["due_on"], r["amount"]) for r in rows)
    return tuple(account(one, done, today) for one in owed)


def _keep_standings(
    uow: UnitOfWork, case_id: UUID, version: int, accounts: tuple[Account, ...]
) -> None:
    for one in accounts:
        key: dict[str, Any] = {"case_id": case_id, "version": version, "no": one.term.no}
        uow.update(term, key, {"standing": one.standing.value})


def note_default(uow: UnitOfWork, command: OnCase) -> Stamp:
    """A term is overdue: the steps that are open go into the log with it.

    Raises:
        NotYetDue: none is overdue.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.DEFAULT)
    row = _in_force(uow, command.case_id)
    accounts = accounts_of(uow, command.case_id, row["version"], _today(uow))
    if terms.standing(accounts) is not Performance.DEFAULTED:
        raise NotYetDue
    _keep_standings(uow, command.case_id, row["version"], accounts)
    steps = terms.next_steps(Performance.DEFAULTED, Confirmation(row["confirmation"]))
    said = {"next": " ".join(step.value for step in steps)}
    return record(uow, opened, Change(facts.DEFAULTED, {}, said))


def resume(uow: UnitOfWork, command: OnCase) -> Stamp:
    """Performance goes on after a default, without a new agreement."""
    opened = open_case(uow, command.case_id, command.seen, Act.RESUME)
    return record(uow, opened, Change(facts.RESUMED))


def mediate_again(uow: UnitOfWork, command: OnCase) -> Stamp:
    """After failure, default, withdrawal or a reopening the sides come back to the table."""
    opened = open_case(uow, command.case_id, command.seen, Act.MEDIATE_AGAIN)
    # The clock of a withdrawn one has been running all the time, unless its case had ended.
    came_back = opened.state is State.WITHDRAWN and opened.row["closed_from"] is None
    said = {} if came_back else clocks.again(opened.row["procedure"])
    return record(uow, opened, Change(facts.MEDIATED_AGAIN, {}, said))
