"""What waits now; also what plain `lianxin` shows."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from lianxin.cli import output
from lianxin.cli.commands import document_unserved, mediation_due
from lianxin.cli.errors import NodeAway, Remote
from lianxin.cli.hearings import dates
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.hearing.v1.hearing_service_pb2 import ListHearingsRequest
from lianxin.intake.v1.unserved_pb2 import ListUnservedRequest
from lianxin.mediation.v1.due_pb2 import ListDueRequest
from lianxin.routing.v1 import worklist_pb2 as pb

WEEK, MOST = timedelta(days=7), 200
FIRST = ("fresh", "to_sign", "due_today", "overdue", "unsent")
MORE = (
    "mediation_due",
    "hearings_due",
    "unserved",
    "unserved_overdue",
    "objections",
    "supervisions",
    "reports",
    "cohandlings",
    "reviews",
    "pending",
)
COLUMNS = ("case_no", "state", "colour", "category", "next_clock", "next_due_on", "overdue")


def today(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
) -> None:
    """New, to sign, due today, overdue, not yet sent from this machine."""
    with connected() as session:
        answer = plain(session.ask(session.worklist.Today(pb.TodayRequest(unit_id=unit))))
        answer["mediation_due"] = _mediation_due(session, unit)
        answer["hearings_due"] = _hearings_due(session, unit)
        answer["unserved"], answer["unserved_overdue"] = _unserved(session, unit)
    output.show(answer, lambda: _people(answer))


def _mediation_due(session: Session, unit: str) -> int | None:
    """How many dates of mediations come within the week or have passed, at most 200.

    None for somebody who may not know, and where mediation does not answer.
    """
    until = (datetime.now(SHANGHAI).date() + WEEK).isoformat()
    try:
        lines, _ = mediation_due.pages(session, ListDueRequest(unit_id=unit, until=until), MOST)
    except (Remote, NodeAway):
        return None
    return len(lines)


def _hearings_due(session: Session, unit: str) -> int | None:
    """How many hearings wait for an act within the week, of the newest 200.

    None for somebody who may not know, and where hearing does not answer.
    """
    try:
        files, _ = dates.waiting(session, ListHearingsRequest(unit_id=unit), MOST)
    except (Remote, NodeAway):
        return None
    return sum(dates.is_due(plain(file.hearings[0])) for file in files)


def _unserved(session: Session, unit: str) -> tuple[int | None, int | None]:
    """How many papers wait for their service, at most 200, and how many of them are overdue.

    None for somebody who may not know.
    """
    try:
        papers, late, _ = document_unserved.pages(session, ListUnservedRequest(unit_id=unit), MOST)
    except Remote:
        return None, None
    return len(papers), late


def _people(answer: dict[str, Any]) -> None:
    rows = [
        {"what": say(f"today.{name}"), "count": answer[name], "how": say(f"today.{name}.how")}
        for name in (*FIRST, *MORE)
        if name in FIRST or answer[name]
    ]
    output.table(rows, ("what", "count", "how"), title=say("today"))
    if answer["first"]:
        output.table(answer["first"], COLUMNS, title=say("today.first"))
