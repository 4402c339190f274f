"""The body decides: proposed by one person with its written opinion, approved by another."""

from collections.abc import Mapping
from typing import Any

from kernel.errors import FieldViolation, MissingField
from kernel.regulation import Start
from kernel.unit_of_work import UnitOfWork
from routing.commands.reviews import ApproveReview, DecideReview, RedirectReview
from routing.domain import reviews
from routing.domain.reviews import CONCLUDED, Level, Phase, Result, State
from routing.domain.words import Kind
from routing.errors import FieldWrong, OutsideUnitUnknown, SamePerson
from routing.errors.reviews import (
    NotTheReviewBody,
    ReviewBodyUnfit,
    ReviewMissing,
    ReviewNotNow,
)
from routing.handlers import clocks, due_dates, ending, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.handlers.handover import intents
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.reviews import bodies, circling, forwarding
from routing.handlers.standing import as_holder, as_superior
from routing.node import Node
from routing.storage import clocks as clock_rows
from routing.storage import reviews as stored
from routing.storage import sealed
from routing.storage.supervision import change as change_row
from routing.storage.supervision import find, referral

Values = Mapping[str, Any]
OPINION, BASIS = "review_opinion", "review_basis"
"""Kinds of the letters that keep what the body wrote."""
OPINIONS = frozenset({"supported", "explained", "not_supported", "settled"})
"""Endings an opinion of the body itself may give a case."""
PENDING = "review"


def decide_review(uow: UnitOfWork, command: DecideReview, *, node: Node) -> Outcome:
    """Propose the decision of the body; somebody else approves it.

    A body outside has decided by letter: the holder records it, likewise by two persons.

    Raises:
        ReviewMissing, NotTheReviewBody, ReviewNotNow: there is nothing to decide for this unit.
        FieldWrong, MissingField: the ending or the date does not fit the result.
        as `as_holder`.
    """
    case = as_holder(uow, node, command)
    row = _open(uow, case)
    _expect_body(uow, row)
    state = _after(row, "propose")
    _check(uow, command, row)
    _keep(uow, case, row, OPINION, command.opinion)
    _keep(uow, case, row, BASIS, command.basis)
    proposed = {"result": command.result, "ending": command.ending, "due_on": command.due_on}
    by = {"proposed_by": uow.caller.id, "proposed_at": uow.now}
    stored.change(uow, row, state=state, **proposed, **by)
    case.set(pending=PENDING)
    _append(case, row, Phase.PROPOSED, {})
    case.save()
    return outcome(case)


def _open(uow: UnitOfWork, case: CaseFile) -> Values:
    row = stored.open_of(uow, case.case_id)
    if row is None:
        raise ReviewMissing(case_id=case.case_id)
    return row


def _expect_body(uow: UnitOfWork, row: Values) -> None:
    if not row["outside"] and row["body"] not in {"", uow.caller.unit}:
        raise NotTheReviewBody(body=row["body"])


def _after(row: Values, step: str) -> str:
    state = reviews.TABLE.get((State(row["state"]), step))
    if state is None:
        raise ReviewNotNow(state=row["state"])
    return state.value


def _check(uow: UnitOfWork, command: DecideReview, row: Values) -> None:
    """A changed opinion says what the case ends as, a revoked one has a date."""
    due_dates.not_past(command.due_on, uow.now)
    if command.result == Result.REVOKED:
        if not command.due_on:
            raise MissingField.of("due_on")
        return
    new = command.result == Result.CHANGED or not row["ended_as"]
    if new and row["level"] == Level.REVIEW and not command.ending:
        raise MissingField.of("ending")
    if command.ending and command.ending not in OPINIONS:
        raise FieldWrong(FieldViolation("ending", "UNKNOWN_WORD"))


def _keep(uow: UnitOfWork, case: CaseFile, row: Values, kind: str, text: str) -> None:
    letters.send(
        uow,
        case.node,
        letters.NewLetter(
            kind=kind,
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            to_unit=uow.caller.unit,
            body={"review_id": str(row["review_id"])},
            sealed_body=sealed.seal(uow, case.node, case.case_id, text.encode()),
        ),
    )


def approve_review(uow: UnitOfWork, command: ApproveReview, *, node: Node) -> Outcome:
    """The second person's decision: somebody else of the holder, or a unit above it.

    Raises:
        ReviewMissing, ReviewNotNow, SamePerson, NotTheReviewBody, NotTheSuperior.
        CustodyMoved, StaleVersion.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    row = _open(uow, case)
    state = _after(row, "approve" if command.approved else "reject")
    if row["proposed_by"] == uow.caller.id:
        raise SamePerson(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        as_superior(uow, node, case)
        _expect_not_reviewed(uow, row)
    case.set(pending="")
    if not command.approved:
        stored.change(uow, row, state=state)
        _append(case, row, Phase.REJECTED, {"grounds": command.grounds})
    else:
        decided = {"decided_by": uow.caller.id, "decided_at": uow.now}
        stored.change(uow, row, state=state, **decided)
        _carry_out(uow, case, row)
    case.save()
    return outcome(case)


def _expect_not_reviewed(uow: UnitOfWork, row: Values) -> None:
    if not row["outside"] and uow.caller.unit == row["reviewed_unit"]:
        raise NotTheReviewBody(body=row["body"])


def _carry_out(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """What follows at once: the case ends by it, or goes back to be handled anew."""
    case.substantive()
    _append(case, row, Phase(row["result"]), {"unit": row["body"], "due_on": row["due_on"]})
    _finish(uow, case, row)
    if row["result"] == Result.REVOKED:
        _send_back(uow, case, row)
        return
    concluded = row["level"] == Level.REREVIEW
    ending.end(uow, case, CONCLUDED if concluded else row["ending"] or row["ended_as"], uow.now)
    if row["result"] == Result.UPHELD and not concluded:  # it was settled where it was settled
        case.set(settled_path=row["settled_path"])


def _finish(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """The clock of the decision is met, and the letter to a body outside answered."""
    clock = clock_rows.find(uow, case.case_id, row["level"], "")
    if clock is not None:
        running.finish(uow, case, clock, uow.now)
    _close_letter(uow, case, row, "answered")
    running.refresh(uow, case)


def _close_letter(uow: UnitOfWork, case: CaseFile, row: Values, state: str) -> None:
    letter = find(uow, referral, case.case_id, row["referral_id"]) if row["referral_id"] else None
    if letter is not None and letter["state"] in {"sent", "received"}:
        change_row(uow, referral, letter, state=state, answered_at=uow.now)


def _send_back(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """撤销重办: to the unit that gave the first opinion, with the date; the right begins anew."""
    unit = _handler(uow, case, row)
    if unit == case.row["holder_unit"]:
        _assign_here(uow, case, row["due_on"])
    else:
        reason, due_on = "review_revoked", row["due_on"]
        intents.order(uow, case, Kind.REVIEW, unit, reason=reason, due_on=due_on)


def _handler(uow: UnitOfWork, case: CaseFile, row: Values) -> str:
    """Who gave the opinion that both levels are about, or its successor."""
    first = stored.first_of(uow, case.case_id, row)
    unit: str = first["reviewed_unit"]
    day = case.node.today(uow.now)
    return case.node.directory().current(unit, day) or str(case.row["holder_unit"])


def _assign_here(uow: UnitOfWork, case: CaseFile, due_on: str) -> None:
    unit = case.row["holder_unit"]
    for clock in running.profile_of(case).clocks.values():
        if clock.starts is Start.ASSIGNMENT:
            running.start(uow, case, clock.id, case.node.today(uow.now), unit=unit, on=due_on)
    clocks.refresh(uow, case)


def redirect_review(uow: UnitOfWork, command: RedirectReview, *, node: Node) -> Outcome:
    """Another body is competent: the review goes on to it; the days that run go on.

    Raises:
        ReviewMissing, NotTheReviewBody, ReviewNotNow.
        OutsideUnitUnknown: the directory has no such body.
        ReviewBodyUnfit: it has the review, gave what is reviewed, or the matter is about it.
        ReviewCircling: it had the request before and sent it on.
        as `as_holder`.
    """
    case = as_holder(uow, node, command)
    row = _open(uow, case)
    _expect_body(uow, row)
    _after(row, "redirect")
    body = bodies.known(case, command.body)
    if not body.id:
        raise OutsideUnitUnknown(unit=command.body)
    first = stored.first_of(uow, case.case_id, row)["reviewed_unit"]
    if body.id in {first, row["reviewed_unit"], row["body"]} or bodies.is_meant(case, body):
        raise ReviewBodyUnfit(unit=body.id)
    circling.expect_onward(uow, case, row, body, command.grounds)
    _close_letter(uow, case, row, "declined")
    forwarding.forward(uow, case, row, body, grounds=command.grounds)
    case.save()
    return outcome(case)


def _append(case: CaseFile, row: Values, phase: Phase, body: Mapping[str, str]) -> None:
    unit, actor = case.row["holder_unit"], case.uow.caller.id
    said = {name: word for name, word in body.items() if word}
    case.append(reviews.kind(row["level"], phase), unit=unit, actor=actor, body=said)
