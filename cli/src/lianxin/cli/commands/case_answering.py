"""What the other end of a hand-over does: sign, object, decide, recall; and designation."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case, Grounds, Handoff, Note
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.routing.v1 import custody_pb2 as pb


def sign(case: Case, handoff: Handoff = "") -> None:
    """Sign for a received case (签收)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.SignForRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, handoff_id=handoff
        )
        return session.custody.SignFor(request)

    act("sign", case, call)


def object_to(
    case: Case,
    grounds: Grounds = "not_competent",
    note: Note = "",
    proposes: Annotated[str, typer.Option("--proposes", help=say("opt.proposes"))] = "",
    handoff: Handoff = "",
) -> None:
    """Object to a received case, with reasons (异议)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ObjectRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            handoff_id=handoff,
            grounds=grounds,
            note=note,
            proposes=proposes,
        )
        return session.custody.Object(request)

    act("object", case, call)


def decide(
    case: Case,
    uphold: Annotated[bool, typer.Option("--uphold/--overrule", help=say("opt.uphold"))],
    grounds: Grounds = "other",
    handoff: Handoff = "",
) -> None:
    """Decide an objection; it binds."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DecideObjectionRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            handoff_id=handoff or _handoff(seen, lambda row: row.objection == "open"),
            upheld=uphold,
            grounds=grounds,
        )
        return session.custody.DecideObjection(request)

    act("decide", case, call)


def recall(case: Case, handoff: Handoff = "") -> None:
    """Take an unclaimed hand-over back (收回)."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RecallRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            handoff_id=handoff or _handoff(seen, lambda row: not row.HasField("closed_at")),
        )
        return session.custody.Recall(request)

    act("recall", case, call)


def designate(
    case: Case,
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.designated"))],
    cohandler: Annotated[list[str] | None, typer.Option(help=say("opt.cohandler"))] = None,
    conference: Annotated[str, typer.Option(help=say("opt.conference"))] = "",
    grounds: Grounds = "other",
    due: Annotated[str, typer.Option("--due", help=say("opt.due"))] = "",
) -> None:
    """Designate the holder; it binds (指定办理)."""
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DesignateRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            unit_id=unit,
            cohandlers=cohandler or [],
            conference_id=conference,
            grounds=grounds,
            due_on=due_on,
        )
        return session.custody.Designate(request)

    act("designate", case, call, unit=unit)


def _handoff(seen: CaseSeen, fits: Any) -> str:
    """The only hand-over that fits, newest first when several do."""
    fitting = [row.handoff_id for row in seen.message.handovers if fits(row)]
    if not fitting:
        raise BadInput("NO_HANDOVER_FITS", field="--handoff", case_no=seen.case_no)
    return str(fitting[-1])
