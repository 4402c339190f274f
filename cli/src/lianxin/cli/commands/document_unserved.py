"""Papers that wait for their service, where a clock begins with it."""

from typing import Annotated, Any

import typer

from lianxin.cli import output, paging
from lianxin.cli.params import Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.intake.v1 import unserved_pb2 as pb

COLUMNS = ("case_no", "title", "due_on", "overdue", "clock_waiting", "holder_title", "document_id")


def unserved(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.callback_all"))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=say("opt.overdue"))] = False,
    limit: Limit = 50,
) -> None:
    """Papers not served yet whose service starts a clock, the earliest day first."""
    wanted = pb.ListUnservedRequest(unit_id=unit, all=everything, overdue=overdue)
    with connected() as session:
        papers, late, more = pages(session, wanted, limit)
    data = {"papers": [plain(one) for one in papers], "overdue_count": late, "more": more}
    output.show(data, lambda: _people(data))


def pages(
    session: Session, wanted: pb.ListUnservedRequest, limit: int
) -> tuple[list[Any], int, bool]:
    """Papers, at most `limit`; how many are overdue, and whether there are more."""
    found: list[Any] = []
    late = 0
    for page in paging.pages(session, session.unserved.ListUnserved, wanted, limit, "papers"):
        found += page.papers
        late = page.overdue_count
    return found, late, bool(wanted.page_token)


def _people(data: dict[str, Any]) -> None:
    rows = [one | {"clock_waiting": one["clock_title"]} for one in data["papers"]]
    output.table(rows, COLUMNS)
    if data["overdue_count"]:
        output.line("unserved.overdue", count=data["overdue_count"])
    if rows:
        output.line("unserved.how")
    if data["more"]:
        output.line("more")
