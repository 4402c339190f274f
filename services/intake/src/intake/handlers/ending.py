"""What ends a case at the counter: an answer, a withdrawal, a mistaken registration."""

from intake.commands import AnswerOnTheSpot, ConfirmWithdrawal, VoidCase, WithdrawCase
from intake.domain.facts import ANSWERED, VOIDED, WITHDRAWAL_ASKED, WITHDRAWAL_REJECTED, WITHDRAWN
from intake.domain.states import Act
from intake.domain.words import Ending, Finding
from intake.errors import SecondPersonNeeded
from intake.handlers.acting import Change, Stamp, open_case, record
from intake.handlers.findings import answer_open_requests
from intake.handlers.notes import keep_note, vault_of
from intake.office import Office
from kernel.unit_of_work import UnitOfWork


def answer_on_the_spot(uow: UnitOfWork, command: AnswerOnTheSpot, *, office: Office) -> Stamp:
    """问题即时答: every request still open gets this answer and the case ends, in one step."""
    opened = open_case(uow, command.case_id, command.seen, Act.ANSWER)
    vault = vault_of(uow, opened, office)
    finding = Finding.SETTLED if command.settled else Finding.EXPLAINED
    commitments = answer_open_requests(uow, command.case_id, command.answer, finding, vault)
    change = Change(ANSWERED, {}, {"finding": finding.value}, commitments, ending=Ending.ANSWERED)
    return record(uow, opened, change)


def withdraw_case(uow: UnitOfWork, command: WithdrawCase, *, office: Office) -> Stamp:
    """Take the resident's wish down; it ends nothing until somebody else has asked again."""
    opened = open_case(uow, command.case_id, command.seen, Act.WITHDRAW)
    vault = vault_of(uow, opened, office)
    commitments = keep_note(uow, opened, vault, WITHDRAWAL_ASKED, {"why": command.why})
    values = {"state_before": opened.state.value, "proposed_by": uow.caller.id}
    return record(uow, opened, Change(WITHDRAWAL_ASKED, values, {}, commitments))


def confirm_withdrawal(uow: UnitOfWork, command: ConfirmWithdrawal) -> Stamp:
    """What the resident said when asked again.

    Raises:
        SecondPersonNeeded: the caller took the wish down, registered the case or handles it.
    """
    act = Act.CONFIRM_WITHDRAWAL if command.confirmed else Act.REJECT_WITHDRAWAL
    opened = open_case(uow, command.case_id, command.seen, act)
    involved = {opened.row[name] for name in ("proposed_by", "registered_by", "accepted_by")}
    if uow.caller.id in involved:
        raise SecondPersonNeeded
    values = {"state_before": None, "proposed_by": None}
    if command.confirmed:
        return record(uow, opened, Change(WITHDRAWN, values, ending=Ending.WITHDRAWN))
    return record(uow, opened, Change(WITHDRAWAL_REJECTED, values))


def void_case(uow: UnitOfWork, command: VoidCase) -> Stamp:
    """误登作废: possible until the matter was accepted."""
    opened = open_case(uow, command.case_id, command.seen, Act.VOID)
    change = Change(VOIDED, {}, {"why": command.why.value}, ending=Ending.VOIDED)
    return record(uow, opened, change)
