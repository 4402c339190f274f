"""How a mediation ends: failed, answered, refused, withdrawn, and closed past its guards."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from kernel.errors import FieldViolation
from kernel.regulation import Profile
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import (
    CloseMediation,
    Decide,
    FailMediation,
    OnCase,
    ProposeClosing,
    RefuseMediation,
)
from mediation.domain import clocks, facts, guards
from mediation.domain.guards import Answered, Disposed, File
from mediation.domain.measures import MeasureOutcome
from mediation.domain.planning import Step
from mediation.domain.satisfaction import consequence
from mediation.domain.states import Act, State
from mediation.domain.words import Asked, Disposition, Duty, Ending, Finding
from mediation.errors_casework import AnotherPersonNeeded, NotClosable, RouteNeeded
from mediation.handlers.acting import Change, Opened, Row, Stamp, open_case, record
from mediation.handlers.assigning import relieve
from mediation.handlers.casework import assigned_to, set_casework
from mediation.handlers.planning import meet
from mediation.office import Office
from mediation.storage.mediators import NOTHING_DONE, Work
from mediation.storage.tables_closing import answer, casework, disposition, duty
from mediation.storage.tables_plan import plan_measure

LEADS_TO = {
    State.PERFORMING: Ending.AGREED,
    State.DEFAULTED: Ending.STATUTORY_ROUTE,
    State.FAILED: Ending.TERMINATED,
    State.ANSWERED: Ending.EXPLAINED,
    State.CLOSING: Ending.PROCEDURAL,
    State.REFUSED: Ending.REFUSED,
    State.WITHDRAWN: Ending.WITHDRAWN,
}
"""The ending that is likeliest from a state; everywhere else it is 化解并履行."""
DECIDED: dict[str, Any] = {"state_before": None, "proposed_by": None}


def fail_mediation(uow: UnitOfWork, command: FailMediation) -> Stamp:
    """调解不成: ended, the other ways named (人民调解法 26). Raises RouteNeeded."""
    opened = open_case(uow, command.case_id, command.seen, Act.FAIL)
    if not command.routes:
        raise RouteNeeded
    routes = " ".join(sorted(route.value for route in command.routes))
    set_casework(uow, command.case_id, routes=routes)
    said = {"routes": routes, **clocks.talked_out()}
    return record(uow, opened, Change(facts.FAILED, {}, said))


def answer_mediation(uow: UnitOfWork, command: OnCase, *, office: Office) -> Stamp:
    """The claim was answered in writing instead (条例 32): each request has its finding.

    Raises:
        NotClosable: a request is not answered yet, or without reasons.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.ANSWER)
    file = file_of(uow, opened.row, office)
    unanswered = {guards.Gap.REQUEST_OPEN, guards.Gap.REASONS_NOT_GIVEN}
    found = [lack for lack in guards.lacks(file, Ending.EXPLAINED) if lack.gap in unanswered]
    _refuse(found)
    said = {
        **clocks.talked_out(),
        **clocks.opinion(opened.row["procedure"], _to_carry_out(uow, opened)),
    }
    return record(uow, opened, Change(facts.ANSWERED, {}, said))


def _to_carry_out(uow: UnitOfWork, opened: Opened) -> Iterator[date]:
    for row in uow.find(answer, case_id=opened.case_id):
        if row["carry_out_by"] and clocks.is_to_carry_out(row["finding"], row["carried_out_at"]):
            yield row["carry_out_by"]


def refuse_mediation(uow: UnitOfWork, command: RefuseMediation) -> Stamp:
    """不予调解: proposed; somebody else decides."""
    opened = open_case(uow, command.case_id, command.seen, Act.PROPOSE_REFUSAL)
    said = {"ground": command.ground.value}
    return record(uow, opened, Change(facts.REFUSAL_PROPOSED, _proposed(uow, opened), said))


def _proposed(uow: UnitOfWork, opened: Opened) -> dict[str, Any]:
    return {"state_before": opened.state.value, "proposed_by": uow.caller.id}


def decide_refusal(uow: UnitOfWork, command: Decide) -> Stamp:
    """The second person's word on a refusal. Raises AnotherPersonNeeded."""
    act = Act.APPROVE_REFUSAL if command.approved else Act.REJECT_REFUSAL
    opened = _decided(uow, command, act)
    kind = facts.REFUSED if command.approved else facts.REFUSAL_REJECTED
    return record(uow, opened, Change(kind, DECIDED))


def withdraw_mediation(uow: UnitOfWork, command: OnCase) -> Stamp:
    """A side's wish; it ends nothing until somebody else has asked again."""
    opened = open_case(uow, command.case_id, command.seen, Act.WITHDRAW)
    return record(uow, opened, Change(facts.WITHDRAWAL_ASKED, _proposed(uow, opened)))


def confirm_withdrawal(uow: UnitOfWork, command: Decide) -> Stamp:
    """What was said when asked again, by who neither noted the wish nor mediates the case.

    Raises:
        AnotherPersonNeeded
    """
    act = Act.CONFIRM_WITHDRAWAL if command.approved else Act.REJECT_WITHDRAWAL
    opened = _decided(uow, command, act)
    if uow.caller.id in {row["staff"] for row in assigned_to(uow, command.case_id)}:
        raise AnotherPersonNeeded
    kind = facts.WITHDRAWN if command.approved else facts.WITHDRAWAL_REJECTED
    return record(uow, opened, Change(kind, DECIDED))


def _decided(uow: UnitOfWork, command: Decide, act: Act) -> Opened:
    opened = open_case(uow, command.case_id, command.seen, act)
    if opened.row["proposed_by"] == uow.caller.id:
        raise AnotherPersonNeeded
    return opened


def file_of(uow: UnitOfWork, row: Row, office: Office) -> File:
    """What the guards look at, read from what is on file now."""
    case_id = row["case_id"]
    return file_from(
        row,
        uow.get(casework, case_id=case_id) or NOTHING_DONE,
        office,
        duties=uow.find(duty, case_id=case_id),
        answers=uow.find(answer, case_id=case_id),
        dispositions=uow.find(disposition, case_id=case_id),
        measures=uow.find(plan_measure, case_id=case_id),
    )


def file_from(
    row: Row,
    work: Row,
    office: Office,
    *,
    duties: Sequence[Row],
    answers: Sequence[Row],
    dispositions: Sequence[Row],
    measures: Sequence[Row],
) -> File:
    """The same from rows that were read."""
    profile = office.profile_of(row["regulation"])
    return File(
        state=State(row["state"]),
        facts_established=work["facts_at"] is not None,
        requests=tuple(map(_answered, _in_order(answers, "request_no"))),
        dispositions=tuple(map(_disposed, _in_order(dispositions, "no"))),
        asked=Asked(work["asked"]),
        attempts=work["attempts"],
        duties=frozenset(Duty(row["duty"]) for row in duties),
        reported=frozenset(Duty(row["duty"]) for row in duties if _is_met(row)),
        routes_named=bool(work["routes"]),
        review_told=work["review_told"],
        proposed_by=work["closing_by"],
        dissatisfied_leads_to=consequence(profile, row["procedure"]),
        measures_open=_waited_for(measures, profile),
    )


def _waited_for(measures: Sequence[Row], profile: Profile) -> tuple[int, ...]:
    """Measures without an outcome, of the kinds that the profile does not let be forgotten."""
    kinds = profile.rules.mediation.closing_waits_for
    still = [one for one in measures if one["outcome"] == MeasureOutcome.OPEN.value]
    return tuple(sorted(one["no"] for one in still if one["kind"] in kinds))


def _is_met(row: Row) -> bool:
    """Reported, or found by two persons not to apply."""
    return bool(row["reported_at"] or row["waived_at"])


def missing_of(row: Row, work: Work, office: Office) -> tuple[guards.Lack, ...]:
    """What keeps a mediation from being closed with the ending that its state leads to."""
    file = file_from(
        row,
        work.casework,
        office,
        duties=work.duties,
        answers=work.answers,
        dispositions=work.dispositions,
        measures=work.measures,
    )
    if file.state is State.CLOSED:
        return ()
    return guards.lacks(file, LEADS_TO.get(file.state, Ending.SETTLED))


def _in_order(rows: Sequence[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: int(row[column]))


def _answered(row: Row) -> Answered:
    finding = Finding(row["finding"]) if row["finding"] else None
    return Answered(row["request_no"], finding, row["reasoned"], bool(row["carried_out_at"]))


def _disposed(row: Row) -> Disposed:
    # The text of the basis is sealed; that there is one is all a guard needs.
    basis = "on file" if row["has_basis"] else ""
    return Disposed(Disposition(row["disposition"]), row["actor"], basis, row["approved_by"])


def propose_closing(uow: UnitOfWork, command: ProposeClosing, *, office: Office) -> Stamp:
    """程序性办结: proposed. Raises NotClosable when more than the approval is missing."""
    opened = open_case(uow, command.case_id, command.seen, Act.PROPOSE_CLOSING)
    closing = {"review_told": command.review_told, "closing_by": uow.caller.id}
    set_casework(uow, command.case_id, **closing)
    _refuse(guards.may_propose(file_of(uow, opened.row, office)))
    return record(uow, opened, Change(facts.CLOSING_PROPOSED, _proposed(uow, opened)))


def decide_closing(uow: UnitOfWork, command: Decide, *, office: Office) -> Stamp:
    """The second person's word on a 程序性办结.

    Raises:
        AnotherPersonNeeded: the caller proposed it.
        NotClosable: something came to be missing meanwhile.
    """
    act = Act.APPROVE_CLOSING if command.approved else Act.REJECT_CLOSING
    opened = _decided(uow, command, act)
    if not command.approved:
        return record(uow, opened, Change(facts.CLOSING_REJECTED, DECIDED))
    file = replace(file_of(uow, opened.row, office), approved_by=uow.caller.id)
    return _close(uow, opened, file, Ending.PROCEDURAL)


def close_mediation(uow: UnitOfWork, command: CloseMediation, *, office: Office) -> Stamp:
    """三个不结案: closed with an ending, or refused with everything that is missing.

    Raises:
        NotClosable: each field says what is missing.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.CLOSE)
    return _close(uow, opened, file_of(uow, opened.row, office), command.ending)


def _close(uow: UnitOfWork, opened: Opened, file: File, ending: Ending) -> Stamp:
    _refuse(guards.lacks(file, ending))
    for row in assigned_to(uow, opened.case_id):
        relieve(uow, opened.case_id, row["mediator_id"], "closed")
    meet(uow, opened.case_id, Step.REPORT)
    said = {"ending": ending.value}
    closed = replace(opened, target=State.CLOSED)
    values = DECIDED | {
        "ending": ending.value,
        "closed_at": uow.now,
        "closed_from": opened.row["state_before"] or opened.state.value,
    }
    return record(uow, closed, Change(facts.CLOSED, values, said))


def _refuse(found: tuple[guards.Lack, ...] | list[guards.Lack]) -> None:
    if found:
        raise NotClosable(*map(violation, found))


def violation(lack: guards.Lack) -> FieldViolation:
    """A gap as the field it is about."""
    if lack.request_no is not None:
        return FieldViolation(f"requests[{lack.request_no}]", lack.gap.value)
    if lack.measure_no is not None:
        return FieldViolation(f"measures[{lack.measure_no}]", lack.gap.value)
    if lack.closed_as is not None:
        return FieldViolation("mediation", f"{lack.gap.value}_{lack.closed_as.value.upper()}")
    named = f"duties.{lack.duty.value}" if lack.duty else "mediation"
    return FieldViolation(named, lack.gap.value)
