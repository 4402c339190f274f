"""Extending and suspending clocks."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.params import Approve, Case, Grounds
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.routing.v1 import supervision_pb2 as pb

Clock = Annotated[str, typer.Option("--clock", help=say("opt.clock"))]


def extend(
    case: Case,
    days: Annotated[int, typer.Option("--days", min=1, help=say("opt.days"))],
    clock: Clock = "handling",
    grounds: Grounds = "other",
) -> None:
    """Ask for an extension, with reasons."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ExtendClockRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            clock=clock,
            days=days,
            grounds=grounds,
        )
        return session.supervision.ExtendClock(request)

    act("extend", case, call)


def decide_extension(
    case: Case,
    extension: Annotated[str, typer.Argument(metavar="EXTENSION", help=say("opt.extension"))],
    approve: Approve,
    resident_told: Annotated[
        bool, typer.Option("--resident-told", help=say("opt.resident_told"))
    ] = False,
) -> None:
    """Decide an extension."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DecideExtensionRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            extension_id=extension,
            approved=approve,
            resident_told=resident_told,
        )
        return session.supervision.DecideExtension(request)

    act("decide_extension", case, call)


def suspend(
    case: Case,
    *,
    clock: Clock,
    look_again: Annotated[str, typer.Option("--look-again", help=say("opt.look_again"))],
    approved_by: Annotated[str, typer.Option("--approved-by", help=say("opt.approved_by"))],
    grounds: Grounds = "other",
    article: Annotated[str, typer.Option("--article", help=say("opt.article"))] = "",
) -> None:
    """Suspend a clock, with a day to look again (挂起)."""
    look_again_on = iso_day(look_again, "--look-again")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.SuspendClockRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            clock=clock,
            grounds=grounds,
            article=article,
            look_again_on=look_again_on,
            approved_by=approved_by,
        )
        return session.supervision.SuspendClock(request)

    act("suspend", case, call)


def resume(case: Case, clock: Clock) -> None:
    """Resume a suspended clock."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ResumeClockRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, clock=clock
        )
        return session.supervision.ResumeClock(request)

    act("resume", case, call)
