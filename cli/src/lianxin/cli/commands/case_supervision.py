"""Rating, officer in charge, supervision."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case, Due, Grounds
from lianxin.cli.plain import checked_code, enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import supervision_pb2 as pb

Supervision = Annotated[str, typer.Option("--supervision", help=say("opt.supervision"))]


def lead(
    case: Case,
    officer: Annotated[str, typer.Argument(metavar="STAFF", help=say("opt.officer"))] = "",
    grounds: Grounds = "other",
) -> None:
    """Name the officer in charge, one until the end (包案领导)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.SetLeadRequest(
            request_id=new_request_id(), case_id=seen.case_id, officer=officer, grounds=grounds
        )
        return session.supervision.SetLead(request)

    act("lead", case, call)


def colour(
    case: Case,
    shade: Annotated[str, typer.Argument(metavar="COLOUR", help=say("opt.colour"))] = "",
    progress: Annotated[str, typer.Option("--class", help=say("opt.progress"))] = "",
    difficulty: Annotated[str, typer.Option("--difficulty", help=say("opt.difficulty"))] = "",
    grounds: Grounds = "reviewed",
) -> None:
    """Rate the matter: colour, class, difficulty."""
    rated = {
        "colour": enum_number(common.Colour.DESCRIPTOR, shade, "COLOUR"),
        "progress": enum_number(common.ProgressClass.DESCRIPTOR, progress, "--class"),
        "difficulty": enum_number(common.Difficulty.DESCRIPTOR, difficulty, "--difficulty"),
    }

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RateCaseRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            grounds=grounds,
            **rated,
        )
        return session.supervision.RateCase(request)

    act("colour", case, call)


def supervise(
    case: Case,
    level: Annotated[str, typer.Option("--level", help=say("opt.level"))] = "remind",
    grounds: Grounds = "other",
    due: Due = "",
    talk: Annotated[bool, typer.Option("--talk", help=say("opt.talk"))] = False,
) -> None:
    """Remind, urge, supervise or list."""
    code = checked_code("level", level, "--level")
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.SuperviseRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            level=code,
            grounds=grounds,
            due_on=due_on,
            talk=talk,
        )
        return session.supervision.Supervise(request)

    act("supervise", case, call)


def answer_supervision(
    case: Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.text"))],
    supervision: Supervision = "",
) -> None:
    """Answer a supervision."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AnswerSupervisionRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            supervision_id=supervision or _only(seen, "open"),
            text=text,
        )
        return session.supervision.AnswerSupervision(request)

    act("answer_supervision", case, call)


def close_supervision(
    case: Case,
    accept: Annotated[bool, typer.Option("--accept/--send-back", help=say("opt.accept_answer"))],
    supervision: Supervision = "",
) -> None:
    """Accept an answer, or send it back."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.CloseSupervisionRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            supervision_id=supervision or _only(seen, "answered"),
            accepted=accept,
        )
        return session.supervision.CloseSupervision(request)

    act("close_supervision", case, call)


def _only(seen: CaseSeen, state: str) -> str:
    waiting = [row.supervision_id for row in seen.message.supervisions if row.state == state]
    if len(waiting) != 1:
        raise BadInput("NAME_ONE", field="--supervision", ids_shown=", ".join(waiting))
    return str(waiting[0])
