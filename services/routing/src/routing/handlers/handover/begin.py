"""A holder hands a case on: from HELD to RELEASING."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import BeginHandover
from routing.domain import passing_on
from routing.domain.parcel import ROUTING_PART, HandoffFacts
from routing.domain.route import next_hop
from routing.domain.words import Custody, Direction, Kind, Row, Side, State
from routing.errors import (
    CannotReceive,
    CaseEnded,
    NotTheHolder,
    ObjectionPending,
    PassingOnFrozen,
    WrongDirection,
)
from routing.handlers import circling, due_dates
from routing.handlers.casefile import CaseFile
from routing.handlers.handover.accepting import accept_by_acting
from routing.handlers.limits import limits_of, matter_of
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.reviews import guarding
from routing.node import Node
from routing.storage import handoffs

ORDERED = frozenset({Kind.RETURN, Kind.DESIGNATE, Kind.RELOCATE, Kind.REVIEW})


def begin_handover(uow: UnitOfWork, command: BeginHandover, *, node: Node) -> Outcome:
    """Begin a hand-over a person asked for.

    Answers with `handoff_id`, or frozen: then passing on waits for the common superior.

    Raises:
        CustodyMoved, StaleVersion: the caller saw something older.
        NotTheHolder, CaseEnded, ObjectionPending, PassingOnFrozen, WrongDirection, CannotReceive,
        ReviewUnderWay.
        NeedsDesignation: it would circle, and the holder is the one who designates.
        FieldWrong: the due date has passed.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_seen(command.epoch, command.version)
    _may_begin(uow, case)
    due_dates.not_past(command.due_on, uow.now)
    command = _addressed(case, command)
    _may_go(uow, case, command)
    why = circling.reason_to_freeze(uow, case, command.to_unit)
    if why:
        circling.freeze(uow, case, command.to_unit, why)
        case.save()
        return outcome(case)
    accept_by_acting(uow, case, uow.caller.id)
    handoff_id = start(uow, case, command)
    case.save()
    return outcome(case, handoff_id)


def _addressed(case: CaseFile, command: BeginHandover) -> BeginHandover:
    """An escalation that names nobody goes to the desk of the site above."""
    if command.to_unit:
        return command
    directory = case.node.directory()
    above = directory.site_of(case.row["holder_unit"]).parent
    return replace(command, to_unit=above)


def _may_begin(uow: UnitOfWork, case: CaseFile) -> None:
    if case.ended:
        raise CaseEnded(case_id=case.case_id)
    if uow.caller.unit != case.row["holder_unit"]:
        raise NotTheHolder(case_id=case.case_id, holder=case.row["holder_unit"])
    if case.row["objection"]:
        raise ObjectionPending(case_id=case.case_id, handoff_id=case.row["objection"])
    if case.row["frozen"]:
        raise PassingOnFrozen(case_id=case.case_id, why=case.row["freeze_reason"])
    guarding.expect_none(uow, case)


def _may_go(uow: UnitOfWork, case: CaseFile, command: BeginHandover) -> None:
    directory = case.node.directory()
    limits = limits_of(case, command.reason)
    day = case.node.today(uow.now)
    problem = passing_on.problem_with_receiver(
        directory,
        matter_of(case),
        command.to_unit,
        day,
        limits,
        second_person=command.second_person,
    )
    if problem:
        successor = directory.current(command.to_unit, day) or ""
        raise CannotReceive(unit=command.to_unit, problem=problem, successor=successor)
    holder = case.row["holder_unit"]
    problem = passing_on.problem_with_direction(
        directory, command.kind, holder, command.to_unit, limits
    )
    if problem:
        raise WrongDirection(unit=command.to_unit, problem=problem, kind=command.kind)


def start(uow: UnitOfWork, case: CaseFile, order: BeginHandover, ordered_by: str = "") -> UUID:
    """Write the hand-over row and the Release owed to each service: custody is RELEASING."""
    facts = _facts(uow, case, order, ordered_by)
    hop = next_hop(case.node.directory(), case.node.code, order.to_unit)
    handoffs.add(
        uow,
        facts,
        side=Side.BOTH if hop.direction is Direction.LOCAL else Side.SENDER,
        direction=hop.direction,
        from_node=case.node.code,
        to_node=hop.to_node,
        state=Row.RELEASING,
        note=order.note,
    )
    row = {"handoff_id": facts.handoff_id, "case_id": case.case_id}
    for service in case.node.services:
        handoffs.add_part(uow, row, service, release="owed")
    handoffs.add_part(uow, row, ROUTING_PART)
    case.set(custody=Custody.RELEASING, state=State.RELEASING)
    case.append(
        f"handover.{order.kind}",
        unit=case.row["holder_unit"],
        actor=uow.caller.id,
        body=_body(facts),
    )
    return facts.handoff_id


def _facts(uow: UnitOfWork, case: CaseFile, order: BeginHandover, by: str) -> HandoffFacts:
    handoff_id = uow.new_id()
    hop = next_hop(case.node.directory(), case.node.code, order.to_unit)
    holder = case.row["holder_unit"]
    origin_unit, origin_id = _origin(uow, case, order, handoff_id)
    return HandoffFacts(
        handoff_id=handoff_id,
        case_id=case.case_id,
        case_no=case.row["case_no"],
        kind=order.kind,
        epoch=case.epoch,
        from_unit=holder,
        to_unit=hop.to_unit,
        final_unit=order.to_unit,
        origin_unit=origin_unit,
        origin_handoff_id=origin_id,
        reason=order.reason,
        due_on=order.due_on,
        report_owed=order.kind is Kind.ASSIGN,
        ordered_by=by,
        at=uow.now,
        actor=uow.caller.id,
        traceparent=uow.traceparent,
        copied_units=limits_of(case, order.reason).copied,
    )


def _origin(
    uow: UnitOfWork, case: CaseFile, order: BeginHandover, handoff_id: UUID
) -> tuple[str, UUID]:
    """Who decides on an objection to it: the holder that starts it.

    A case that is relocated before it was signed for keeps the sender it may be objected to.
    """
    taken = handoffs.last_taken(uow, case.case_id)
    if order.kind is not Kind.RELOCATE or case.row["signed"] or taken is None:
        return case.row["holder_unit"], handoff_id
    sender = taken["origin_unit"] or taken["from_unit"]
    return sender, taken["origin_handoff_id"] or taken["handoff_id"]


def _body(facts: HandoffFacts) -> dict[str, str]:
    body: dict[str, Any] = {
        "handoff_id": str(facts.handoff_id),
        "to_unit": facts.final_unit,
        "reason": facts.reason,
        "due_on": facts.due_on,
        "ordered_by": facts.ordered_by,
    }
    return {name: value for name, value in body.items() if value}
