"""Joint conferences and coordination meetings."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.dates import iso_day, moment
from lianxin.cli.errors import BadInput
from lianxin.cli.paging import listed
from lianxin.cli.params import Limit
from lianxin.cli.plain import checked_code, plain, stamp
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.routing.v1 import supervision_pb2 as pb

COLUMNS = ("at", "kind", "site_id", "state", "case_ids", "units", "conference_id")
PARTS = ("unit_id", "due_on", "lead_officer", "grounds")


def open_conference(
    *,
    site: Annotated[str, typer.Option("--site", help=say("opt.conference_site"))],
    case: Annotated[list[str], typer.Option("--case", help=say("opt.agenda"))],
    kind: Annotated[str, typer.Option("--kind", help=say("opt.conference_kind"))] = "joint",
    unit: Annotated[list[str] | None, typer.Option("--unit", help=say("opt.called"))] = None,
    at: Annotated[str, typer.Option("--at", help=say("opt.meets_at"))] = "",
    chair: Annotated[str, typer.Option("--chair", help=say("opt.chair"))] = "",
) -> None:
    """Call a conference on one or several cases."""
    code = checked_code("conference_kind", kind, "--kind")
    when = stamp(moment(at, "--at")) if at else None
    with connected() as session:
        request = pb.OpenConferenceRequest(
            request_id=new_request_id(),
            kind=code,
            site_id=site,
            case_ids=[case_id(session, one) for one in case],
            units=unit or [],
            at=when,
            chair=chair,
        )
        answer = session.ask(session.supervision.OpenConference(request))
    output.done("done.conference_open", plain(answer))


def record(
    conference: Annotated[str, typer.Argument(metavar="CONFERENCE", help=say("opt.conference"))],
    attended: Annotated[list[str] | None, typer.Option(help=say("opt.attended"))] = None,
    decision: Annotated[list[str] | None, typer.Option(help=say("opt.decision"))] = None,
    minutes: Annotated[Path | None, typer.Option("--minutes", help=say("opt.minutes"))] = None,
) -> None:
    """Record who came and what was decided."""
    text = ""
    if minutes is not None:
        try:
            text = minutes.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise BadInput("FILE_UNREADABLE", field="--minutes", file=minutes.name) from None
    with connected() as session:
        request = pb.RecordConferenceRequest(
            request_id=new_request_id(),
            conference_id=conference,
            attended=attended or [],
            decisions=[_decision(session, one) for one in decision or []],
            minutes=text,
        )
        answer = session.ask(session.supervision.RecordConference(request))
    output.done("done.conference_record", plain(answer))


def _decision(session: Session, text: str) -> pb.ConferenceDecision:
    """`CASE unit_id=U due_on=2026-12-01 lead_officer=zhang cohandler=A cohandler=B`."""
    case, *pairs = text.split()
    said: dict[str, Any] = {"grounds": "other"}
    cohandlers = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if name == "cohandler" and value:
            cohandlers.append(value)
        elif equals and name in PARTS:
            said[name] = iso_day(value, "--decision") if name == "due_on" else value
        else:
            raise BadInput("DECISION_INVALID", field="--decision", value=pair[:40])
    return pb.ConferenceDecision(case_id=case_id(session, case), cohandlers=cohandlers, **said)


def list_conferences(
    site: Annotated[str, typer.Option("--site", help=say("opt.conference_site"))] = "",
    limit: Limit = 50,
) -> None:
    """Conferences of a site, newest first."""
    wanted = pb.ListConferencesRequest(site_id=site)
    with connected() as session:
        rpc = session.supervision.ListConferences
        lines, more = listed(session, rpc, wanted, limit, "conferences")
    found = [plain(one) for one in lines]
    data = {"conferences": found, "more": more}
    output.show(data, lambda: output.table(found, COLUMNS))
