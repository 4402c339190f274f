"""Cases whose period of keeping is over: listed, and erased once a person confirms."""

from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import retention_pb2 as pb

COLUMNS = ("case_no", "holder_unit", "ended_at", "rule", "due_on", "register_no", "confirmed_by")


def due(
    state: Annotated[str, typer.Option("--state", help=say("opt.erasure_state"))] = "",
    limit: Limit = 200,
) -> None:
    """Cases that are due, or whose erasure is under way or done."""
    wanted = pb.ListErasuresRequest(state=state)
    with connected() as session:
        lines, more = listed(session, session.retention.ListErasures, wanted, limit, "erasures")
    found = [plain(one) for one in lines]
    output.show({"erasures": found, "more": more}, lambda: output.table(found, COLUMNS))


def erase(
    case: Case,
    register_no: Annotated[str, typer.Option("--register-no", help=say("opt.register_no"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("opt.erase_yes"))] = False,
) -> None:
    """Erase a case whose period is over, for good."""
    with connected() as session:
        which = case_id(session, case)
        if not yes:
            typer.confirm(say("ask.erase", case=case), abort=True)
        request = pb.EraseCaseRequest(
            request_id=new_request_id(), case_id=which, register_no=register_no
        )
        answer = session.ask(session.retention.EraseCase(request))
    output.done("done.archive_erase", {"case_id": which, **plain(answer)}, case=case)
