"""Handing a case on: placement, up, down, sideways."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.params import Case, Note, Reason, SecondPerson, ToUnit
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.routing.v1 import custody_pb2 as pb


def place(
    case: Case, unit: Annotated[str, typer.Argument(metavar="UNIT", help=say("opt.place_unit"))]
) -> None:
    """Confirm or decide where a case belongs."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ConfirmPlacementRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, unit_id=unit
        )
        return session.custody.ConfirmPlacement(request)

    act("place", case, call, unit=unit)


def escalate(
    case: Case,
    to: ToUnit = "",
    reason: Reason = "other",
    note: Note = "",
    second_person: SecondPerson = False,
) -> None:
    """Hand up (提级)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.EscalateRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            to_unit=to,
            reason=reason,
            note=note,
            second_person=second_person,
        )
        return session.custody.Escalate(request)

    act("escalate", case, call)


def assign(
    case: Case,
    *,
    to: Annotated[str, typer.Option("--to", help=say("opt.to"))],
    due: Annotated[str, typer.Option("--due", help=say("opt.due"))],
    reason: Reason = "other",
    note: Note = "",
    second_person: SecondPerson = False,
) -> None:
    """Hand down with a due date (交办)."""
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AssignRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            to_unit=to,
            due_on=due_on,
            reason=reason,
            note=note,
            second_person=second_person,
        )
        return session.custody.Assign(request)

    act("assign", case, call, to=to, due_on=due_on)


def forward(
    case: Case,
    to: Annotated[str, typer.Option("--to", help=say("opt.to"))],
    reason: Reason = "other",
    note: Note = "",
    second_person: SecondPerson = False,
) -> None:
    """Hand down or sideways (转送)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ForwardRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            to_unit=to,
            reason=reason,
            note=note,
            second_person=second_person,
        )
        return session.custody.Forward(request)

    act("forward", case, call, to=to)
