"""Arguments and options that several commands share."""

from typing import Annotated

import typer

from lianxin.cli.words import say

Case = Annotated[str, typer.Argument(metavar="CASE", help=say("opt.case"))]
ToUnit = Annotated[str, typer.Option("--to", help=say("opt.to"))]
Reason = Annotated[str, typer.Option("--reason", help=say("opt.reason"))]
Grounds = Annotated[str, typer.Option("--grounds", help=say("opt.grounds"))]
Note = Annotated[str, typer.Option("--note", help=say("opt.note"))]
Due = Annotated[str, typer.Option("--due", help=say("opt.due"))]
SecondPerson = Annotated[bool, typer.Option("--second-person", help=say("opt.second_person"))]
Approve = Annotated[bool, typer.Option("--approve/--reject", help=say("opt.approve"))]
Handoff = Annotated[str, typer.Option("--handoff", help=say("opt.handoff"))]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, help=say("opt.limit"))]
