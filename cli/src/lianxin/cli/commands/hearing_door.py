"""Asking for a hearing (听证) as the resident, with number and code."""

from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.intake.v1 import hearing_door_pb2 as pb


def ask(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=say("opt.code"))],
    why: Annotated[str, typer.Option("--why", help=say("opt.hearing_why"))],
) -> None:
    """Ask for a hearing of one's own matter; no account is needed."""
    with connected(login=False) as session:
        request = pb.AskForHearingRequest(
            request_id=new_request_id(), case_no=number, query_code=code, reason=why
        )
        answer = plain(session.ask(session.hearing_door.AskForHearing(request)))
    output.show(answer, lambda: output.line("review.told", **answer))


def take_back(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=say("opt.code"))],
    why: Annotated[str, typer.Option("--why", help=say("opt.hearing_why"))],
) -> None:
    """Take the own request back while nobody was told to come; no account is needed."""
    with connected(login=False) as session:
        request = pb.TakeBackRequestRequest(
            request_id=new_request_id(), case_no=number, query_code=code, reason=why
        )
        answer = plain(session.ask(session.hearing_door.TakeBackRequest(request)))
    output.show(answer, lambda: output.line("review.told", **answer))
