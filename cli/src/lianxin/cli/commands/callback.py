"""Call-backs (回访) by somebody other than the handler, evaluations (评价), and their totals."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import in_intake, new_request_id
from lianxin.cli.files.units import Units
from lianxin.cli.paging import pages
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.intake.v1 import follow_up_pb2 as pb

MOST = 2_000
"""How many call-backs are looked through at most."""
COLUMNS = (
    "case_no",
    "due_on",
    "overdue",
    "attempts",
    "handler_title",
    "ending",
    "ended_at",
    "unit_title",
)
CONTACT = ("safe_contact", "name", "phone")
CALL = ("at", "callback_result", "performance", "note", "unit_id", "actor")
TOTALS = ("satisfied", "basically_satisfied", "dissatisfied", "too_few")
Overdue = Annotated[bool, typer.Option("--overdue", help=say("opt.overdue"))]
Everything = Annotated[bool, typer.Option("--all", help=say("opt.callback_all"))]
OfOffice = Annotated[str, typer.Option("--office", help=say("opt.satisfied_office"))]
OfUnit = Annotated[str, typer.Option("--unit", help=say("opt.satisfied_unit"))]


def list_callbacks(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Everything = False,
    overdue: Overdue = False,
    limit: Limit = 50,
) -> None:
    """Whom your unit has to ask, due first; at a site's desk also what may go unseen elsewhere."""
    wanted = pb.ListCallbacksRequest(unit_id=unit, all=everything, overdue=overdue)
    lines: list[dict[str, Any]] = []
    late, more = 0, False
    with connected() as session:
        for page in pages(session, session.follow_up.ListCallbacks, wanted, limit, "callbacks"):
            lines += [plain(one) for one in page.callbacks]
            late, more = page.overdue_count, bool(page.next_page_token)
        others = [] if unit or everything else _of_others(session, overdue=overdue)[:limit]
    data = {"callbacks": lines, "overdue_count": late, "more": more, "others": others}
    output.show(data, lambda: _people(lines, late, more=more, others=others))


def _of_others(session: Session, *, overdue: bool) -> list[dict[str, Any]]:
    """What a desk has to see to, since a unit may have nobody who looks: due first.

    The call-backs of the joint offices of its site, those of units above, which can be made at
    this node only, and the overdue ones of all units below.
    """
    desk, units = session.unit, Units.of(session)
    if not units.is_under(desk, desk):
        return []
    seen = units.joint_offices(desk)
    found: dict[str, dict[str, Any]] = {}
    wanted = pb.ListCallbacksRequest(all=True, overdue=overdue)
    for page in pages(session, session.follow_up.ListCallbacks, wanted, MOST, "callbacks"):
        for one in page.callbacks:
            above = not units.is_under(one.unit_id, desk)
            if one.unit_id != desk and (above or one.overdue or one.unit_id in seen):
                found[one.case_id] = plain(one)
    return sorted(found.values(), key=lambda one: (one["due_on"], one["case_id"]))


def _people(
    lines: list[dict[str, Any]], late: int, *, more: bool, others: list[dict[str, Any]]
) -> None:
    output.table(lines, COLUMNS)
    if late:
        output.line("callback.overdue", count=late)
    if more:
        output.line("more")
    if others:
        output.table(others, COLUMNS, title=say("callback.others"))


def show(case: Case) -> None:
    """Whom to call and how they wish to be called; the reading is on record."""
    with connected() as session:
        wanted = pb.GetCallbackRequest(case_id=_found(session, case).case_id)
        answer = plain(session.ask(session.follow_up.GetCallback(wanted)))

    def people() -> None:
        output.card({name: answer["callback"][name] for name in COLUMNS})
        output.table(answer["contacts"], CONTACT, title=output.heading("contacts"))
        rows = [one | {"callback_result": one["result"]} for one in answer["calls"]]
        if rows:
            output.table(rows, CALL, title=output.heading("calls"))

    output.show(answer, people)


def record(
    case: Case,
    *,
    result: Annotated[str, typer.Option("--result", help=say("opt.callback_result"))],
    office: OfOffice = "",
    unit: OfUnit = "",
    performance: Annotated[str, typer.Option("--performance", help=say("opt.performance"))] = "",
    note: Annotated[str, typer.Option("--note", help=say("opt.callback_note"))] = "",
) -> None:
    """Record what came of a call."""
    said = {
        "result": enum_number(pb.CallbackResult.DESCRIPTOR, result, "--result"),
        "office": enum_number(pb.Satisfaction.DESCRIPTOR, office, "--office"),
        "unit": enum_number(pb.Satisfaction.DESCRIPTOR, unit, "--unit"),
        "performance": enum_number(pb.Performance.DESCRIPTOR, performance, "--performance"),
    }
    with connected() as session:
        line = _found(session, case)
        request = pb.RecordCallbackRequest(
            request_id=new_request_id(), case_id=line.case_id, seen=line.seen, note=note, **said
        )
        answer = plain(session.ask(session.follow_up.RecordCallback(request)))
    output.show(answer, lambda: _recorded(answer))


def _recorded(answer: dict[str, Any]) -> None:
    kept = answer["callback"]
    key = "callback.again" if kept["state"] == "due" else "callback.done"
    output.line(key, **kept)
    if answer["told"]:
        output.line("callback.tell", text=answer["told"])


def assign(
    case: Case, to: Annotated[str, typer.Option("--to", help=say("opt.callback_unit"))]
) -> None:
    """Let another unit call."""
    with connected() as session:
        line = _found(session, case)
        request = pb.AssignCallbackRequest(
            request_id=new_request_id(), case_id=line.case_id, seen=line.seen, unit_id=to
        )
        answer = plain(session.ask(session.follow_up.AssignCallback(request)))
    output.show(answer, lambda: output.line("callback.assigned", **answer["callback"]))


def _found(session: Session, case: str) -> pb.Callback:
    """The call-back that is due for a number, an id, or the end of a number.

    One that is over is found by its case: the node then says what is wrong.
    """
    text, wanted = case.strip().upper(), pb.ListCallbacksRequest(all=True)
    for page in pages(session, session.follow_up.ListCallbacks, wanted, MOST, "callbacks"):
        found: list[pb.Callback] = [one for one in page.callbacks if one.case_no.endswith(text)]
        found += [one for one in page.callbacks if one.case_id.upper() == text]
        if len(found) == 1:
            return found[0]
    seen = in_intake(session, case)
    request = pb.GetCallbackRequest(case_id=seen.case_id)
    callback: pb.Callback = session.ask(session.follow_up.GetCallback(request)).callback
    return callback


def totals(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    subtree: Annotated[bool, typer.Option("--subtree", help=say("opt.subtree"))] = False,
    first: Annotated[str, typer.Option("--from", help=say("opt.day"))] = "",
    last: Annotated[str, typer.Option("--until", help=say("opt.day"))] = "",
) -> None:
    """How satisfied residents are, as totals."""
    wanted = pb.CountEvaluationsRequest(unit_id=unit, subtree=subtree, from_day=first, to_day=last)
    with connected() as session:
        answer = plain(session.ask(session.follow_up.CountEvaluations(wanted)))

    def people() -> None:
        rows = [{"graded": say(f"callback.{name}")} | answer[name] for name in ("office", "unit")]
        output.table(rows, ("graded", *TOTALS))

    output.show(answer, people)


def evaluate(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=say("opt.code"))],
    office: OfOffice,
    unit: OfUnit,
) -> None:
    """Evaluate an answer, as the resident."""
    grades = {
        "office": enum_number(pb.Satisfaction.DESCRIPTOR, office, "--office"),
        "unit": enum_number(pb.Satisfaction.DESCRIPTOR, unit, "--unit"),
    }
    with connected(login=False) as session:
        request = pb.SubmitEvaluationRequest(
            request_id=new_request_id(), case_no=number, query_code=code, **grades
        )
        answer = plain(session.ask(session.follow_up.SubmitEvaluation(request)))

    def people() -> None:
        output.line("evaluated", case_no=answer["case_no"])
        if answer["told"]:
            output.line("callback.tell", text=answer["told"])

    output.show(answer, people)
