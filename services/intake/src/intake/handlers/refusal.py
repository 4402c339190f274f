"""The five refusals: proposed by one person, decided by another (不予受理等)."""

from uuid import UUID

from intake.commands import DecideRefusal, RefuseCase
from intake.domain.facts import COMPLETION_ASKED, REFUSAL_PROPOSED, REFUSAL_REJECTED, REFUSED
from intake.domain.states import Act
from intake.domain.words import Ending, LinkKind
from intake.errors import CaseMissing, RefusalImpossible, SecondPersonNeeded
from intake.handlers.acting import Change, Opened, Stamp, open_case, record
from intake.handlers.linking import keep_link
from intake.handlers.notes import keep_note, vault_of
from intake.office import Office
from intake.storage.tables import cases
from kernel.unit_of_work import UnitOfWork


def refuse_case(uow: UnitOfWork, command: RefuseCase, *, office: Office) -> Stamp:
    """Propose a refusal, or ask for what is missing (待补正), which needs nobody else.

    Raises:
        RefusalImpossible: the kind is not possible in this state.
        CaseMissing: the case it is said to be accepted in is not here.
    """
    kind = command.kind
    act = Act.PROPOSE_REFUSAL if kind.needs_second_person else Act.ASK_COMPLETION
    opened = open_case(uow, command.case_id, command.seen, act)
    if not kind.possible_in(opened.state):
        raise RefusalImpossible(kind=kind.value, state=opened.state.value)
    fact = REFUSAL_PROPOSED if kind.needs_second_person else COMPLETION_ASKED
    said = {"grounds": command.grounds, "route": command.route}
    commitments = keep_note(uow, opened, vault_of(uow, opened, office), fact, said)
    values = {
        "refusal": kind.value,
        "accepted_in": _accepted_in(uow, opened, command.accepted_case_id),
    }
    if kind.needs_second_person:
        values |= {"state_before": opened.state.value, "proposed_by": uow.caller.id}
    return record(uow, opened, Change(fact, values, {"kind": kind.value}, commitments))


def _accepted_in(uow: UnitOfWork, opened: Opened, other_id: UUID | None) -> UUID | None:
    """The case the matter is accepted in already; they are linked, not opened twice (条例 19)."""
    if other_id is None:
        return None
    other = uow.get(cases, case_id=other_id, lock=False)
    if other is None or other_id == opened.case_id:
        raise CaseMissing
    keep_link(uow, opened.case_id, other, LinkKind.ACCEPTED_ELSEWHERE)
    return other_id


def decide_refusal(uow: UnitOfWork, command: DecideRefusal, *, office: Office) -> Stamp:
    """Approve or reject a proposed refusal.

    Raises:
        SecondPersonNeeded: the caller proposed it.
    """
    act = Act.APPROVE_REFUSAL if command.approved else Act.REJECT_REFUSAL
    opened = open_case(uow, command.case_id, command.seen, act)
    if opened.row["proposed_by"] == uow.caller.id:
        raise SecondPersonNeeded
    values = {"state_before": None, "proposed_by": None}
    kind = opened.row["refusal"]
    if command.approved:
        change = Change(REFUSED, values, {"kind": kind}, ending=Ending.REFUSED)
        return record(uow, opened, change)
    vault = vault_of(uow, opened, office)
    commitments = keep_note(uow, opened, vault, REFUSAL_REJECTED, {"why": command.why})
    values |= {"refusal": None, "accepted_in": None}
    return record(uow, opened, Change(REFUSAL_REJECTED, values, {"kind": kind}, commitments))
