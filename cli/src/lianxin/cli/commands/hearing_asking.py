"""Asking for a hearing (听证), deciding on it, taking it back, cancelling it."""

from typing import Annotated, Any

import typer

from lianxin.cli.cases import in_custody
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.hearings.acts import HearingSeen, call, hear, known_of, needed, told
from lianxin.cli.hearings.needs import (
    Departments,
    Earliest,
    Equipment,
    HoldBy,
    Host,
    Minutes,
    Online,
    PanelSize,
    Public,
    Seats,
    needs_of,
)
from lianxin.cli.hearings.texts import in_words
from lianxin.cli.params import Case
from lianxin.cli.plain import checked_code, enum_number
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as pb

ASKED_BY = hearing_pb2.AskedBy.DESCRIPTOR
GROUND = hearing_pb2.Ground.DESCRIPTOR
OVER_WHY = hearing_pb2.OverWhy.DESCRIPTOR
Why = Annotated[str, typer.Option("--why", help=say("opt.hearing_why"))]


def request(
    case: Case,
    why: Why,
    *,
    by: Annotated[str, typer.Option("--by", help=say("opt.hearing_by"))] = "handler",
    trigger: Annotated[list[str] | None, typer.Option(help=say("opt.hearing_trigger"))] = None,
    elsewhere: Annotated[list[str] | None, typer.Option(help=say("opt.hearing_elsewhere"))] = None,
    minutes: Minutes = None,
    panel: PanelSize = None,
    public: Public = None,
    seats: Seats = None,
    online: Online = False,
    equipment: Equipment = None,
    department: Departments = None,
    earliest: Earliest = "",
    hold_by: HoldBy = "",
    host: Host = "",
) -> None:
    """Ask for a hearing of a case; the profile says until when it is decided."""
    needs = dict(locals())
    if not trigger and by != "resident":
        raise BadInput("HEARING_TRIGGER_NEEDED", field="--trigger")
    said = {
        "asked_by": enum_number(ASKED_BY, by, "--by"),
        "triggers": _codes("hearing_trigger", trigger, "--trigger"),
        "elsewhere": _codes("hearing_barred", elsewhere, "--elsewhere"),
        "reason": why,
    }
    with connected() as session:
        seen = _before(session, case)
        said["needs"] = needs_of(session, needs)
        try:
            answer = session.ask(call(session, seen, pb.RequestHearingRequest, said))
        except Remote as error:
            raise in_words(error) from None
    told("hearing_request", seen, answer)


def _before(session: Session, case: str) -> HearingSeen:
    """The current hearing, or the case as one that was never heard."""
    held = in_custody(session, case)
    known = known_of(session, held.case_id)
    return known or HearingSeen(held.case_id, held.case_no, held.seen.epoch, 0, 0, "")


def _codes(group: str, said: list[str] | None, field: str) -> list[str]:
    return [checked_code(group, one, field) for one in said or []]


def decide(
    case: Case,
    why: Why,
    *,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help=say("opt.hearing_grant"))],
    ground: Annotated[str, typer.Option("--ground", help=say("opt.hearing_ground"))] = "",
    minutes: Minutes = None,
    panel: PanelSize = None,
    public: Public = None,
    seats: Seats = None,
    online: Online = False,
    equipment: Equipment = None,
    department: Departments = None,
    earliest: Earliest = "",
    hold_by: HoldBy = "",
    host: Host = "",
) -> None:
    """Decide on a request, with the reason; what it needs can be settled here."""
    needs = dict(locals())
    number = enum_number(GROUND, ground, "--ground")

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"needs": needs_of(session, needs, needed(session, seen))}

    said = {"granted": grant, "ground": number, "reason": why}
    hear("hearing_decide", case, pb.DecideHearingRequest, given, **said)


def withdraw(case: Case, why: Why) -> None:
    """Take a request back while nobody was told to come."""
    hear("hearing_withdraw", case, pb.WithdrawHearingRequest, reason=why)


def cancel(
    case: Case,
    why: Why,
    code: Annotated[str, typer.Option("--reason", help=say("opt.hearing_over_why"))],
) -> None:
    """Cancel a hearing that was asked for, granted, set or announced."""
    number = enum_number(OVER_WHY, code, "--reason")
    hear("hearing_cancel", case, pb.CancelHearingRequest, why=number, reason=why)
