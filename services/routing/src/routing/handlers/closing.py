"""Ending a case by its holder (办结), the second person's decision, and going on with it again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork
from routing.commands.ending import CloseCase, DecideClosing, ReopenCase
from routing.domain.parcel import ROUTING_PART, HandoffFacts
from routing.domain.words import Custody, Direction, Kind, Row, Side, State
from routing.errors import (
    CannotReopen,
    CaseNotEnded,
    ClosingPending,
    CohandlingsOpen,
    EndingByIntake,
    EndingByRestore,
    EndingByReview,
    EndingNeedsReferral,
    NothingPending,
    NotTheHolder,
    ObjectionPending,
    ReviewRouteNotTold,
    SamePerson,
)
from routing.errors.erasing import CaseErasedForGood
from routing.handlers import clocks, ending, lost
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import release
from routing.handlers.handover.accepting import accept_by_acting
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.reviews import guarding
from routing.handlers.standing import as_holder, as_superior, oversees
from routing.node import Node
from routing.storage import closings, grant_ends, handoffs, sealed, supervision

BY_INTAKE = frozenset({"answered", "refused", "withdrawn", "voided", "merged"})
"""Endings that come about by an act of intake, with its document and its second person."""
BY_RESTORE = frozenset({lost.LOST})
"""An ending that only a restore brings; only headers have it."""
BY_REVIEW = frozenset({"review_concluded", "review_lapsed"})
"""Endings that only a review brings (复查、复核): by hand they would pass every guard."""
APPROVED = frozenset({"procedural", "terminated"})
"""Endings that a second person approves."""
ROUTE_TOLD = frozenset({"procedural", "not_supported"})
"""Endings that need that the resident was told the way to review."""
FOR_GOOD = frozenset({"voided", "merged"})
REFERRED = "referred_out"


def may_ask(node: Node, unit: str, holder: str) -> bool:
    """Whether somebody of a unit may hear what stands against ending a case of the holder."""
    return unit == holder or oversees(node, unit, holder)


def refused(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same command for a case that was not asked about: it says why not, and never ends it.

    Raises:
        Conflict: it would have been possible after all; the caller looks again.
    """

    def refuse(uow: UnitOfWork, command: Any, *, node: Node) -> None:
        handler(uow, command, node=node)
        raise Conflict

    return refuse


def close_case(uow: UnitOfWork, command: CloseCase, *, node: Node) -> tuple[Outcome, bool]:
    """End the case, or propose the ending to a second person; True when it waits for one.

    There is no ending "not ours": only a hand-over or a reasoned decision ends holding.

    Raises:
        EndingByIntake, EndingByReview, EndingByRestore, ReviewRouteNotTold, EndingNeedsReferral:
            the ending lacks its ground.
        CohandlingsOpen, ObjectionPending, ClosingPending, ReviewUnderWay: something has to be
            settled first.
    """
    case = as_holder(uow, node, command)
    _may_end(uow, case, command)
    accept_by_acting(uow, case, uow.caller.id)
    if command.ending in APPROVED:
        _propose(uow, case, command)
    else:
        _enter(uow, case, "closing.decided", command.ending, command.grounds)
        ending.end(uow, case, command.ending, uow.now)
    case.save()
    return outcome(case), command.ending in APPROVED


def _may_end(uow: UnitOfWork, case: CaseFile, command: CloseCase) -> None:
    _may_be_given(command.ending)
    if command.ending in ROUTE_TOLD and not command.review_route_told:
        raise ReviewRouteNotTold(ending=command.ending)
    guarding.expect_none(uow, case)
    if case.row["objection"]:
        raise ObjectionPending(case_id=case.case_id, handoff_id=case.row["objection"])
    if case.row["pending"]:
        raise ClosingPending(case_id=case.case_id, pending=case.row["pending"])
    still = supervision.of_case(uow, supervision.cohandling, case.case_id)
    count = sum(1 for row in still if row["state"] in {"open", "reported"})
    if count:
        raise CohandlingsOpen(case_id=case.case_id, count=count)
    if command.ending == REFERRED and not _received_outside(uow, case):
        raise EndingNeedsReferral(case_id=case.case_id)


def _may_be_given(word: str) -> None:
    """Some endings come about in another way alone."""
    if word in BY_INTAKE:
        raise EndingByIntake(ending=word)
    if word in BY_RESTORE:
        raise EndingByRestore(ending=word)
    if word in BY_REVIEW:
        raise EndingByReview(ending=word)


def _received_outside(uow: UnitOfWork, case: CaseFile) -> bool:
    rows = supervision.of_case(uow, supervision.referral, case.case_id, direction="out")
    return any(row["state"] in {"received", "answered"} for row in rows)


def _propose(uow: UnitOfWork, case: CaseFile, command: CloseCase) -> None:
    uow.insert(
        closings.closing,
        {
            "case_id": case.case_id,
            "closing_id": uow.new_id(),
            "ending": command.ending,
            "grounds": command.grounds,
            "note": command.note,
            "review_route_told": command.review_route_told,
            "unit": uow.caller.unit,
            "proposed_by": uow.caller.id,
            "at": uow.now,
            "state": "proposed",
        },
    )
    case.set(pending="closing")
    _enter(uow, case, "closing.proposed", command.ending, command.grounds)


def _enter(uow: UnitOfWork, case: CaseFile, kind: str, word: str, grounds: str) -> None:
    body = {"ending": word, "grounds": grounds}
    case.append(kind, unit=uow.caller.unit, actor=uow.caller.id, body=body)


def decide_closing(uow: UnitOfWork, command: DecideClosing, *, node: Node) -> Outcome:
    """Approve or reject a proposed ending: somebody else of the holder, or a unit above it.

    Raises:
        NothingPending, SamePerson, NotTheSuperior, CustodyMoved, StaleVersion.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    row = closings.pending(uow, case.case_id)
    if row is None:
        raise NothingPending(case_id=case.case_id)
    if row["proposed_by"] == uow.caller.id:
        raise SamePerson(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        as_superior(uow, node, case)
    closings.decide(uow, row, "approved" if command.approved else "rejected", uow.caller.id)
    if command.approved:
        _enter(uow, case, "closing.approved", row["ending"], command.grounds)
        ending.end(uow, case, row["ending"], uow.now)
    else:
        case.set(pending="")
        _enter(uow, case, "closing.rejected", row["ending"], command.grounds)
    case.save()
    return outcome(case)


def drop_proposal(uow: UnitOfWork, case: CaseFile) -> None:
    """The case has come to another unit: what the former holder proposed is not asked any more."""
    row = closings.pending(uow, case.case_id)
    if row is not None:
        closings.decide(uow, row, "dropped", "")
        case.set(pending="")


def reopen_case(uow: UnitOfWork, command: ReopenCase, *, node: Node) -> Outcome:
    """Go on with an ended case: the same unit holds it at the next epoch, granted anew.

    Nothing that was written under the ended epoch can be written again; the services of the node
    take part as in a hand-over from the unit to itself.

    Raises:
        CaseNotEnded, CannotReopen, NotTheHolder, CustodyMoved, StaleVersion.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    if not case.ended:
        raise CaseNotEnded(case_id=case.case_id)
    if sealed.is_gone(uow, case.case_id):
        raise CaseErasedForGood(case_id=case.case_id)
    if case.row["ending"] in FOR_GOOD:
        raise CannotReopen(case_id=case.case_id, ending=case.row["ending"])
    holder = case.row["holder_unit"]
    if uow.caller.unit != holder:
        raise NotTheHolder(case_id=case.case_id, holder=holder)
    _enter(uow, case, "custody.reopened", case.row["ending"], command.grounds)
    handoff_id = go_on(uow, case, command.grounds)
    case.save()
    return outcome(case, handoff_id)


def may_go_on(case: CaseFile) -> bool:
    """Whether the case has ended in a way that can be taken up again."""
    return case.ended and case.row["ending"] not in FOR_GOOD


def go_on(uow: UnitOfWork, case: CaseFile, grounds: str) -> UUID:
    """Let the holder of an ended case hold it again, once its services agree. Answers the id."""
    case.set(ending="", ended_at=None, settled_path="", custody=Custody.OUT, state=State.OUT)
    grant_ends.drop(uow, case.row)
    facts = _to_itself(uow, case, grounds)
    _offer(uow, case, facts)
    clocks.on_reopened(uow, case)
    return facts.handoff_id


def _to_itself(uow: UnitOfWork, case: CaseFile, grounds: str) -> HandoffFacts:
    holder, handoff_id = case.row["holder_unit"], uow.new_id()
    return HandoffFacts(
        handoff_id=handoff_id,
        case_id=case.case_id,
        case_no=case.row["case_no"],
        kind=Kind.REOPEN,
        epoch=case.epoch,
        from_unit=holder,
        to_unit=holder,
        final_unit=holder,
        origin_unit=holder,
        origin_handoff_id=handoff_id,
        reason=grounds,
        due_on="",
        report_owed=False,
        ordered_by="",
        at=uow.now,
        actor=uow.caller.id,
        traceparent=uow.traceparent,
        copied_units=(),
    )


def _offer(uow: UnitOfWork, case: CaseFile, facts: HandoffFacts) -> None:
    handoffs.add(
        uow,
        facts,
        side=Side.BOTH,
        direction=Direction.LOCAL,
        from_node=case.node.code,
        to_node=case.node.code,
        state=Row.RELEASING,
    )
    row = {"handoff_id": facts.handoff_id, "case_id": case.case_id}
    for service in case.node.services:
        handoffs.add_part(uow, row, service, release="released")
    handoffs.add_part(uow, row, ROUTING_PART)
    release.offer(uow, handoffs.load(uow, facts.handoff_id))
