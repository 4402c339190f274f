"""What a clock has come to by now: warnings, the breach on its day, the ladder of supervision.

A look that comes late, after an outage, finds the same milestones: warnings and breaches are dated
when they happened, a supervision, which somebody must answer, when it is issued.
Of several warnings or levels found at once the last one counts; the others are named in it.
Nothing here ever moves custody.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kernel import regulation
from kernel.clock import SHANGHAI
from kernel.regulation import Milestone, MilestoneKind
from kernel.unit_of_work import UnitOfWork
from routing.domain import clock_choice
from routing.handlers import letters, reports, supervision
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running, suspending
from routing.handlers.reviews import rights
from routing.handlers.supervision import BY_RULE, Issued
from routing.node import Node
from routing.storage import clocks
from routing.storage import supervision as rows

Values = Mapping[str, Any]
OVERDUE = "overdue"


def look(uow: UnitOfWork, case_id: UUID, *, node: Node) -> bool:
    """Act on every milestone of the case's clocks that has passed. True when there was one."""
    case = CaseFile.open(uow, node, case_id)
    if case.custody not in letters.HERE or case.row["backlog"] or case.row["sealed_for"]:
        return False
    come = [row for row in clocks.of_case(uow, case_id) if _has_come(uow, row)]
    for row in come:
        if row["state"] == "suspended":
            _look_again(uow, case, row)
        else:
            _act(uow, case, row)
    running.refresh(uow, case)
    case.save()
    return bool(come)


def _has_come(uow: UnitOfWork, row: Values) -> bool:
    at = row["next_look_at"]
    return row["state"] in clocks.OPEN and at is not None and bool(at <= uow.now)


def _look_again(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """The day to look at a suspended clock again: it goes on, and somebody is told."""
    day = case.node.today(row["next_look_at"] + timedelta(seconds=1))
    suspending.go_on(uow, case, row, day)


def _act(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    profile = running.profile_of(case)
    due = running.due_of(row)
    ahead = regulation.milestones(profile, due, calendar=case.node.workdays())[row["warned"] :]
    come = regulation.passed(ahead, uow.now)
    if any(milestone.kind is MilestoneKind.BREACH for milestone in come):
        if clock_choice.is_right(profile, row["clock"]):
            _lapse(uow, case, row)
            return
        running.note_breach(uow, case, row)
    elif come and come[-1].kind is MilestoneKind.WARNING:
        _warn(case, row, come[-1])
    steps = [milestone for milestone in come if milestone.step is not None]
    if steps:
        _supervise(uow, case, row, steps)
    handled = row["warned"] + len(come)
    next_look = ahead[len(come)].at if len(come) < len(ahead) else None
    clocks.change(uow, row, warned=handled, next_look_at=next_look)


def _lapse(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """A right that was not used is lost; nothing was owed, nobody is supervised."""
    running.end(uow, case, row, "lapsed", row["due_at"])
    _append(case, row, "clock.lapsed", row["due_at"])
    rights.lapsed(case, row)


def _warn(case: CaseFile, row: Values, milestone: Milestone) -> None:
    _append(case, row, "clock.warning", milestone.at, days_left=str(milestone.days_left))


def _supervise(uow: UnitOfWork, case: CaseFile, row: Values, steps: Sequence[Milestone]) -> None:
    """Issue the highest level reached; its answer is due in working days, never in the past."""
    last = steps[-1]
    if last.step is None or last.answer_due_at is None:
        return
    _close_lower(uow, case, row)
    today = case.node.today(uow.now)
    answer = _last_day(last.answer_due_at)
    if answer < today:
        answer = case.node.workdays().workday_after(today, last.step.answer_working_days)
    issued = Issued(
        supervision_id=uow.new_id(),
        level=last.step.level.value,
        by_unit=BY_RULE,
        reason=row["clock"],
        clock=row["clock"],
        due_on=answer.isoformat(),
        talk=last.step.talk,
        actor=uow.caller.id,
        at=uow.now,
        unit=row["unit"],
        skipped=",".join(s.step.level.value for s in steps[:-1] if s.step),
    )
    supervision.enter(uow, case, issued)
    if any(step.step is not None and step.step.report_up for step in steps):
        _report_up(uow, case, row)


def _last_day(end: datetime) -> date:
    """The day that ends at this instant (24:00)."""
    return (end.astimezone(SHANGHAI) - timedelta(seconds=1)).date()


def _close_lower(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    """A higher level takes the place of the one below it that was not answered."""
    same = {"clock": row["clock"], "by_unit": BY_RULE, "state": "open"}
    for lower in rows.of_case(uow, rows.supervision, case.case_id, **same):
        rows.change(uow, rows.supervision, lower, state="closed")


def _report_up(uow: UnitOfWork, case: CaseFile, row: Values) -> None:
    unit = row["unit"] or case.row["holder_unit"]
    upper = reports.upper_not_meant(case, unit)
    if upper:
        reports.send(uow, case, OVERDUE, upper, about=row["clock"])


def _append(case: CaseFile, row: Values, kind: str, at: datetime, **body: str) -> None:
    unit = row["unit"] or case.row["holder_unit"]
    told = {"clock": row["clock"], "due_on": row["due_on"], **body}
    case.append(kind, unit=unit, actor=case.uow.caller.id, at=at, body=told)
