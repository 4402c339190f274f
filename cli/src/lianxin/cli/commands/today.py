"""What waits now; also what plain `lianxin` shows."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import worklist_pb2 as pb

FIRST = ("fresh", "to_sign", "due_today", "overdue", "unsent")
MORE = ("objections", "supervisions", "reports", "cohandlings", "reviews", "pending")
COLUMNS = ("case_no", "state", "colour", "category", "next_clock", "next_due_on", "overdue")


def today(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
) -> None:
    """New, to sign, due today, overdue, not yet sent from this machine."""
    with connected() as session:
        answer = plain(session.ask(session.worklist.Today(pb.TodayRequest(unit_id=unit))))
    output.show(answer, lambda: _people(answer))


def _people(answer: dict[str, Any]) -> None:
    rows = [
        {"what": say(f"today.{name}"), "count": answer[name], "how": say(f"today.{name}.how")}
        for name in (*FIRST, *MORE)
        if name in FIRST or answer[name]
    ]
    output.table(rows, ("what", "count", "how"), title=say("today"))
    if answer["first"]:
        output.table(answer["first"], COLUMNS, title=say("today.first"))
