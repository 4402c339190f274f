"""Somebody who was called to a hearing (听证) answers for himself."""

from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.hearing.v1 import noticing_pb2 as pb


def acknowledge_own(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
) -> None:
    """Say that the own notice has come, with the number that it names; shows nothing of a case."""
    with connected() as session:
        request = pb.AcknowledgeOwnNoticeRequest(request_id=new_request_id(), case_no=number)
        answer = plain(session.ask(session.hearing_notices.AcknowledgeOwnNotice(request)))
    output.show(answer, lambda: output.line("done.hearing_acknowledge", case_no=number))
