"""Regulation and holiday notices for a running county node."""

from pathlib import Path
from typing import Annotated

import typer

from kernel.calendar import NoticeInvalid, load_notice
from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.commands.directory import content_of
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.cli.yaml_faults import unusable
from lianxin.routing.v1 import directory_pb2 as pb


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.profile_file"))],
) -> None:
    """Load a profile version; open cases keep the one they are pinned to."""
    content = content_of(file)
    with connected() as session:
        request = pb.LoadRegulationRequest(request_id=new_request_id(), content=content)
        answer = session.ask(session.directory.LoadRegulation(request))
    output.done("done.regulation_load", plain(answer))


def load_holidays(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.notice_file"))],
) -> None:
    """Load a year's holiday notice; open due dates are computed again."""
    content = content_of(file)
    try:
        load_notice(file)
    except NoticeInvalid as error:
        raise unusable(error) from None
    with connected() as session:
        request = pb.LoadHolidaysRequest(request_id=new_request_id(), content=content)
        answer = session.ask(session.directory.LoadHolidays(request))
    output.done("done.holidays_load", plain(answer))
