"""Days of a hearing that are not counted (条例 36): from granting it until it is over.

Only a clock whose profile cites an article for that stands still, and only if it runs when the
hearing is granted: one that begins later is not the one the hearing was granted in. The day it is
over counts again. The clock goes on by itself after the days that the profile allows for holding
and concluding a hearing: what takes longer than it may is not time that a hearing needs.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from kernel import regulation
from kernel.regulation import SuspensionKind
from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import HEARING_BEGINS, HEARING_OVER, RecordFact
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running, suspending
from routing.handlers.clocks.extending import computed
from routing.storage import clocks
from routing.storage.clocks import suspension

Values = Mapping[str, Any]
ONE = timedelta(days=1)
GROUNDS = "hearing"
"""The grounds of a standstill that a hearing made; one that a person made, a person ends."""


def follow(uow: UnitOfWork, case: CaseFile, command: RecordFact, at: datetime) -> None:
    """Let clocks stand still, or go on, as the fact of a hearing says."""
    for row in clocks.of_case(uow, case.case_id):
        rule = running.profile_of(case).clock(row["clock"]).suspension
        if rule is None or rule.kind is not SuspensionKind.HEARING:
            continue
        if command.hearing == HEARING_BEGINS and _runs(row, at):
            _stand_still(uow, case, row, at, command.fact.actor)
        elif command.hearing == HEARING_OVER and _stands_for_hearing(uow, row):
            suspending.go_on(uow, case, row, case.node.today(at))


def _runs(row: Values, at: datetime) -> bool:
    """A breach noted before a fact that comes late is no breach then."""
    return row["state"] in {"running", "breached"} and bool(row["due_at"] > at)


def _stands_for_hearing(uow: UnitOfWork, row: Values) -> bool:
    lines = clocks.suspensions_of(uow, row)
    return any(line["grounds"] == GROUNDS and not line["to_on"] for line in lines)


def _stand_still(uow: UnitOfWork, case: CaseFile, row: Values, at: datetime, actor: str) -> None:
    line = _line(uow, case, row, at) | {"by": actor}
    uow.insert(suspension, line)
    running.set_due(uow, case, row, computed(uow, case, row))
    look = regulation.end_of_day(date.fromisoformat(line["look_again_on"]) - ONE)
    clocks.change(uow, row, state="suspended", breached_at=None, next_look_at=look)
    said = {"clock": row["clock"], "due_on": row["due_on"]}
    told = {"unit": row["unit"] or case.row["holder_unit"], "actor": actor, "at": at}
    if row["state"] == "breached":
        case.append("clock.breach_withdrawn", **told, body=said)
    body = {"grounds": GROUNDS, "look_again_on": line["look_again_on"]}
    case.append("clock.suspended", **told, body={"clock": row["clock"]} | body)


def _line(uow: UnitOfWork, case: CaseFile, row: Values, at: datetime) -> dict[str, Any]:
    profile, first = running.profile_of(case), case.node.today(at)
    rules, rule = profile.rules.hearing, profile.clock(row["clock"]).suspension
    again = first + timedelta(days=rules.held_within_days + rules.conclusion_days_later)
    return {
        "case_id": case.case_id,
        "suspension_id": uow.new_id(),
        "clock": row["clock"],
        "unit": row["unit"],
        "grounds": GROUNDS,
        "article": profile.cite(rule.article) if rule else "",
        "approved_by": "",
        "from_on": first.isoformat(),
        "to_on": "",
        "look_again_on": again.isoformat(),
    }
