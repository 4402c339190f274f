"""Notes, joint handling, and who in the unit has the case."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case, Due
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.intake.v1.intake_service_pb2 import GetCaseRequest
from lianxin.routing.v1 import custody_pb2 as pb

Text = Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.text"))]


def note(
    case: Case,
    text: Text,
    emergency: Annotated[bool, typer.Option("--emergency", help=say("opt.emergency"))] = False,
) -> None:
    """Add a note; it reaches the holder wherever the case is."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AddNoteRequest(
            request_id=new_request_id(), case_id=seen.case_id, text=text, emergency=emergency
        )
        return session.custody.AddNote(request)

    act("note", case, call)


def cohandle(
    case: Case,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.cohandler"))],
    task: Annotated[str, typer.Option("--task", help=say("opt.task"))],
    due: Due = "",
    brief: Annotated[str, typer.Option("--brief", help=say("opt.brief"))] = "",
) -> None:
    """Ask another unit to handle jointly (协办); it is told what the matter is."""
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.OpenCohandlingRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            unit_id=unit,
            task=task,
            due_on=due_on,
            brief=brief or _matter(session, seen.case_id),
        )
        return session.custody.OpenCohandling(request)

    act("cohandle", case, call, unit=unit)


def _matter(session: Session, case: str) -> str:
    """What was told at the counter and what is asked for; nobody's name."""
    content = session.ask(session.intake.GetCase(GetCaseRequest(case_id=case))).case.content
    asked = [f"{one.no}. {one.text}" for one in content.requests if one.text]
    return "\n".join([content.narrative, *asked])


def complete(
    case: Case,
    text: Text,
    cohandling: Annotated[str, typer.Option("--cohandling", help=say("opt.cohandling"))] = "",
    interim: Annotated[bool, typer.Option("--interim", help=say("opt.interim"))] = False,
) -> None:
    """Report what a co-handler did."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.CompleteCohandlingRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            cohandling_id=cohandling or _only_open(seen),
            completed=not interim,
            text=text,
        )
        return session.custody.CompleteCohandling(request)

    act("complete", case, call)


def handler(
    case: Case,
    staff: Annotated[str, typer.Argument(metavar="STAFF", help=say("opt.handler_staff"))] = "",
) -> None:
    """Name the person who handles it (承办人)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AssignHandlerRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, staff_id=staff
        )
        return session.custody.AssignHandler(request)

    act("handler", case, call, staff=staff)


def _only_open(seen: CaseSeen) -> str:
    waiting = [
        row.cohandling_id for row in seen.message.cohandlings if row.state in {"open", "reported"}
    ]
    if len(waiting) != 1:
        raise BadInput("NAME_ONE", field="--cohandling", ids_shown=", ".join(waiting))
    return str(waiting[0])
