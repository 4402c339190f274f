"""Lists of cases."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.paging import listed
from lianxin.cli.params import Limit
from lianxin.cli.plain import checked_code, enum_number, plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.routing.v1 import worklist_pb2 as pb

COLUMNS = (
    "case_no",
    "state",
    "colour",
    "category",
    "holder_title",
    "next_due_on",
    "overdue",
    "registered_at",
)
FOUND = ("case_no", "state", "colour", "category", "place_code", "registered_at")
Backlog = Annotated[
    bool | None, typer.Option("--backlog/--no-backlog", help=say("opt.filter_backlog"))
]


def list_cases(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.filter_unit"))] = "",
    path: Annotated[str, typer.Option("--path", help=say("opt.filter_path"))] = "",
    state: Annotated[
        list[str] | None, typer.Option("--state", help=say("opt.filter_state"))
    ] = None,
    colour: Annotated[str, typer.Option("--colour", help=say("opt.colour"))] = "",
    progress: Annotated[str, typer.Option("--class", help=say("opt.progress"))] = "",
    category: Annotated[str, typer.Option("--category", help=say("opt.category"))] = "",
    clock: Annotated[str, typer.Option("--clock", help=say("opt.clock"))] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help=say("opt.overdue"))] = False,
    to_sign: Annotated[bool, typer.Option("--to-sign", help=say("opt.to_sign"))] = False,
    frozen: Annotated[bool, typer.Option("--frozen", help=say("opt.frozen"))] = False,
    pending: Annotated[bool, typer.Option("--pending", help=say("opt.pending"))] = False,
    backlog: Backlog = None,
    handler: Annotated[str, typer.Option("--handler", help=say("opt.handler_staff"))] = "",
    lead: Annotated[str, typer.Option("--lead", help=say("opt.officer"))] = "",
    limit: Limit = 50,
    count: Annotated[bool, typer.Option("--count", help=say("opt.count"))] = False,
) -> None:
    """Cases of a unit or a subtree."""
    wanted = pb.WorkFilter(
        unit_id=unit,
        path_prefix=path,
        states=[checked_code("custody_state", one, "--state") for one in state or []],
        colour=enum_number(common.Colour.DESCRIPTOR, colour, "--colour"),
        progress=enum_number(common.ProgressClass.DESCRIPTOR, progress, "--class"),
        category=checked_code("category", category, "--category"),
        clock=clock,
        overdue=overdue,
        to_sign=to_sign,
        frozen=frozen,
        pending=pending,
        backlog=backlog,
        handler=handler,
        lead_officer=lead,
    )
    show = _count if count else _list
    show(wanted, limit)


def _count(wanted: pb.WorkFilter, _limit: int) -> None:
    with connected() as session:
        answer = session.ask(session.worklist.CountWork(pb.CountWorkRequest(filter=wanted)))
    said = "counted_more" if answer.more else "counted"
    output.show(plain(answer), lambda: output.line(said, count=answer.count))


def _list(wanted: pb.WorkFilter, limit: int) -> None:
    request = pb.ListWorkRequest(filter=wanted)
    with connected() as session:
        found, more = listed(session, session.worklist.ListWork, request, limit, "lines")
    lines = [plain(line) for line in found]
    data = {"lines": lines, "more": more}
    output.show(data, lambda: _people(lines, COLUMNS, more=more))


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.search"))],
    limit: Limit = 50,
) -> None:
    """Search by number, source number or words of the matter."""
    wanted = intake_pb.SearchCasesRequest(text=text)
    with connected() as session:
        found, more = listed(session, session.intake.SearchCases, wanted, limit, "cases")
    cases = [plain(case) for case in found]
    data = {"cases": cases, "more": more}
    output.show(data, lambda: _people(cases, FOUND, more=more))


def _people(rows: list[dict[str, Any]], columns: tuple[str, ...], *, more: bool) -> None:
    output.table(rows, columns)
    if more:
        output.line("more")
