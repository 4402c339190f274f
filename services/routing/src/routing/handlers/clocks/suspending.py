"""Suspension (挂起): a unit's own local clock with reason, approval and a date to look again.

A citizen's clock stops only where the profile cites an article, named by whoever stops it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kernel import regulation
from kernel.regulation import SuspensionKind, SuspensionNotAllowed
from kernel.unit_of_work import UnitOfWork
from routing.commands.supervision import ResumeClock, SuspendClock
from routing.errors import (
    ClockNotRunning,
    ClockNotSuspended,
    SamePerson,
    SuspensionNeedsArticle,
)
from routing.handlers import due_dates
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.handlers.clocks.extending import computed, open_clock
from routing.handlers.outcome import Outcome, outcome
from routing.handlers.standing import as_holder
from routing.node import Node
from routing.storage import clocks
from routing.storage.clocks import suspension

Values = Mapping[str, Any]
ONE = timedelta(days=1)


def suspend_clock(uow: UnitOfWork, command: SuspendClock, *, node: Node) -> Outcome:
    """Stop a clock from today until it is resumed, at the latest on the day to look again.

    Raises:
        ClockNotRunning: no such clock runs, or it has run out.
        SamePerson: the approver is the caller.
        SuspensionNeedsArticle: a citizen's clock, and no article was named.
        SuspensionNotAllowed: no article of the profile stops this clock.
        FieldWrong: the day to look again has passed.
        SuspensionInvalid: it is today.
    """
    case = as_holder(uow, node, command)
    row = open_clock(uow, case, command.clock)
    if row["state"] != "running" or row["due_at"] <= uow.now:
        raise ClockNotRunning(case_id=case.case_id, clock=command.clock)
    if command.approved_by == uow.caller.id:
        raise SamePerson(case_id=case.case_id)
    _needs_article(case, row, command.article)
    due_dates.not_past(command.look_again_on, uow.now, "look_again_on")
    line = _line(uow, case, row, command)
    uow.insert(suspension, line)
    after = computed(uow, case, row)
    running.set_due(uow, case, row, after)
    look = regulation.end_of_day(date.fromisoformat(command.look_again_on) - ONE)
    clocks.change(uow, row, state="suspended", next_look_at=look)
    body = {"look_again_on": command.look_again_on, "article": command.article}
    _enter(uow, case, "clock.suspended", row, body | {"grounds": command.grounds})
    running.refresh(uow, case)
    case.save()
    return outcome(case)


def _needs_article(case: CaseFile, row: Values, article: str) -> None:
    rule = running.profile_of(case).clock(row["clock"]).suspension
    if rule is None:
        raise SuspensionNotAllowed(clock=row["clock"])
    if rule.kind is not SuspensionKind.LOCAL and not article:
        raise SuspensionNeedsArticle(clock=row["clock"])


def _line(uow: UnitOfWork, case: CaseFile, row: Values, command: SuspendClock) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "suspension_id": uow.new_id(),
        "clock": row["clock"],
        "unit": row["unit"],
        "grounds": command.grounds,
        "article": command.article,
        "approved_by": command.approved_by,
        "from_on": case.node.today(uow.now).isoformat(),
        "to_on": "",
        "look_again_on": command.look_again_on,
        "by": uow.caller.id,
    }


def resume_clock(
    uow: UnitOfWork, command: ResumeClock, *, node: Node
) -> tuple[Outcome, Values, str]:
    """Let a clock go on from today. Answers the case, the clock and its profile.

    Raises:
        ClockNotSuspended.
    """
    case = as_holder(uow, node, command)
    row = open_clock(uow, case, command.clock)
    if row["state"] != "suspended":
        raise ClockNotSuspended(case_id=case.case_id, clock=command.clock)
    go_on(uow, case, row, case.node.today(uow.now))
    running.refresh(uow, case)
    case.save()
    now = clocks.find(uow, case.case_id, row["clock"], row["unit"]) or row
    return outcome(case), now, case.row["regulation"]


def go_on(uow: UnitOfWork, case: CaseFile, row: Values, day: date) -> None:
    """The clock counts again from this day; a suspension of no whole day never was one."""
    for line in clocks.suspensions_of(uow, row):
        if line["to_on"]:
            continue
        key = {"case_id": line["case_id"], "suspension_id": line["suspension_id"]}
        if date.fromisoformat(line["from_on"]) >= day:
            uow.delete(suspension, **key)
        else:
            uow.update(suspension, key, {"to_on": (day - ONE).isoformat()})
    clocks.change(uow, row, state="running")
    running.set_due(uow, case, row, computed(uow, case, row))
    _enter(uow, case, "clock.resumed", row, {"from_on": day.isoformat()})


def _enter(
    uow: UnitOfWork, case: CaseFile, kind: str, row: Values, body: Mapping[str, str]
) -> None:
    filled = {name: value for name, value in body.items() if value}
    unit = uow.caller.unit or case.row["holder_unit"]
    case.append(kind, unit=unit, actor=uow.caller.id, body={"clock": row["clock"]} | filled)
