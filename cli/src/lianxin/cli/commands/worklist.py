"""A unit's worklist, once or as it changes."""

import json
from typing import Annotated, Any

import typer

from lianxin.cli import invocation, output
from lianxin.cli.commands.case_lists import COLUMNS
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.routing.v1 import worklist_pb2 as pb

ALIVE, SNAPSHOT = "alive", "snapshot"
PAGE = 200


def worklist(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    watch: Annotated[bool, typer.Option("--watch", help=say("opt.watch"))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=PAGE, help=say("opt.limit"))] = 50,
) -> None:
    """What a unit holds; with --watch each change as it happens, until Ctrl-C."""
    with connected() as session:
        if watch:
            session.ask(_watch(session, unit))
            return
        own = pb.WorkFilter(unit_id=unit or session.unit)
        request = pb.ListWorkRequest(filter=own, page_size=limit)
        page = session.ask(session.worklist.ListWork(request))
    lines = [plain(line) for line in page.lines]
    data = {"lines": lines, "more": bool(page.next_page_token)}
    output.show(data, lambda: output.table(lines, COLUMNS))


async def _watch(session: Session, unit: str) -> None:
    """One JSON object a line for programs, one sentence a line for people."""
    async for change in session.worklist.WatchWorklist(pb.WatchWorklistRequest(unit_id=unit)):
        if invocation.current().json:
            print(json.dumps(plain(change), ensure_ascii=False), flush=True)
        elif change.change != ALIVE:
            _tell(change.change, plain(change.line))


def _tell(change: str, line: dict[str, Any]) -> None:
    words = {name: str(output.cell(name, value)) for name, value in line.items()}
    output.line(f"watch.{change}", **words)
