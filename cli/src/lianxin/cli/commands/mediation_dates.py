"""Days that are waited for on mediations, each with why; days that something is counted from."""

from typing import Annotated, Any

import typer
from google.protobuf.message import Message

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.dates import day, iso_day
from lianxin.cli.errors import Remote
from lianxin.cli.mediating.acts import seen_of, told
from lianxin.cli.mediating.texts import in_words
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.stubs import MEDIATION
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import due_pb2 as pb
from lianxin.mediation.v1.due_pb2_grpc import MediationDueServiceStub

PAGE = 200
LINE = (
    "case_no",
    "due_about",
    "due_ref",
    "due_on",
    "overdue",
    "since_on",
    "article",
    "explanation",
)


def due(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.mediation_all"))] = False,
    case: Annotated[str, typer.Option("--case", help=say("opt.case"))] = "",
    until: Annotated[str, typer.Option("--until", help=say("opt.due_until"))] = "",
    limit: Limit = 50,
) -> None:
    """Days that somebody waits for, the earliest first, each with how it came about."""
    wanted = pb.ListDueRequest(unit_id=unit, all=everything, until=iso_day(until, "--until"))
    with connected() as session:
        if case:
            wanted.case_id = seen_of(session, case).case_id
        lines, more = pages(session, wanted, limit)
    data = {"due": [plain(one) for one in lines], "more": more}
    output.show(data, lambda: _people(data))


def pages(session: Session, wanted: pb.ListDueRequest, limit: int) -> tuple[list[Any], bool]:
    """Days page by page, at most `limit`; and whether there are more."""
    found: list[Any] = []
    while len(found) < limit:
        wanted.page_size = min(PAGE, limit - len(found))
        page = session.ask(_dues(session).ListDue(wanted))
        found += page.lines
        wanted.page_token = page.next_page_token
        if not page.next_page_token:
            return found, False
    return found, True


def _dues(session: Session) -> Any:
    return MediationDueServiceStub(session.line(MEDIATION))


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """A day in words."""
    kind = "step" if one["about"] == "milestone" else "due_ref"
    about, ref = word("due_about", one["about"]), word(kind, one["ref"])
    return {**one, "due_about": about, "due_ref": ref[:12]}


def _people(data: dict[str, Any]) -> None:
    output.table([shown(one) for one in data["due"]], LINE)
    if data["more"]:
        output.line("more")


def harm_known(
    case: Case,
    known_on: Annotated[str, typer.Argument(metavar="DAY", help=say("opt.harm_known_on"))],
) -> None:
    """Keep since when the harm is known; limitation counts from that day."""
    said = {"known_on": day(known_on, "DAY").isoformat()}
    _act("mediation_harm_known", case, pb.NoteHarmKnownRequest, **said)


def court_file(
    case: Case,
    terms: Annotated[str, typer.Argument(metavar="TERMS", help=say("opt.court_terms"))],
    signed_on: Annotated[str, typer.Option("--signed-on", help=say("opt.court_signed_on"))],
) -> None:
    """Keep on what terms a court sent the file, and when it was signed for."""
    number = enum_number(pb.CourtFile.DESCRIPTOR, terms, "TERMS")
    day_signed = day(signed_on, "--signed-on").isoformat()
    said = {"terms": number, "signed_on": day_signed}
    _act("mediation_court_file", case, pb.NoteCourtFileRequest, **said)


def _act(verb: str, case: str, kind: type[Message], **said: Any) -> None:
    """One act on the mediation as it is now. Raises Remote in plain words."""
    with connected() as session:
        seen = seen_of(session, case)
        place = {"case_id": seen.case_id, "epoch": seen.epoch, "version": seen.version}
        request = kind(request_id=new_request_id(), **place, **said)
        call = getattr(_dues(session), kind.__name__.removesuffix("Request"))
        try:
            answer = session.ask(call(request))
        except Remote as error:
            raise in_words(error) from None
    told(verb, seen, answer)
