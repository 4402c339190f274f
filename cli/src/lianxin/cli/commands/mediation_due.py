"""Days that are waited for on mediations, and what some of them are counted from."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.dates import iso_day
from lianxin.cli.mediating.acts import mediate, seen_of
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import due_pb2 as pb

LINE = ("case_no", "due_about", "due_on", "overdue", "explanation", "next_look_at")


def due(
    case: Annotated[str, typer.Argument(metavar="CASE", help=say("opt.due_case"))] = "",
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.mediation_all"))] = False,
    until: Annotated[str, typer.Option("--until", help=say("opt.due_until"))] = "",
    limit: Limit = 50,
) -> None:
    """Days that are waited for, the earliest first: of one case, of your unit, or below it."""
    wanted = pb.ListDueRequest(unit_id=unit, all=everything, until=iso_day(until, "--until"))
    with connected() as session:
        if case:
            wanted.case_id = seen_of(session, case).case_id
        lines, more = pages(session, wanted, limit)
    data = {"lines": [plain(one) for one in lines], "more": more}
    output.show(data, lambda: _people(data))


def pages(session: Session, wanted: pb.ListDueRequest, limit: int) -> tuple[list[Any], bool]:
    """Days, at most `limit`; and whether there are more."""
    return listed(session, session.mediation_due.ListDue, wanted, limit, "lines")


def _people(data: Mapping[str, Any]) -> None:
    rows = [one | {"due_about": word("due_about", one["about"])} for one in data["lines"]]
    output.table(rows, LINE)
    if data["more"]:
        output.line("more")


def harm_known(
    case: Case,
    day: Annotated[str, typer.Argument(metavar="DAY", help=say("opt.known_on"))],
) -> None:
    """Keep since when the harm is known, from which limitation counts."""
    known_on = iso_day(day, "DAY")
    mediate("mediation_harm_known", case, pb.NoteHarmKnownRequest, known_on=known_on)


def court_file(
    case: Case,
    terms: Annotated[str, typer.Argument(metavar="TERMS", help=say("opt.court_terms"))],
    signed: Annotated[str, typer.Option("--signed", help=say("opt.court_signed"))],
) -> None:
    """Keep on what terms a court sent the file, and when it was signed for."""
    number = enum_number(pb.CourtFile.DESCRIPTOR, terms, "TERMS")
    signed_on = iso_day(signed, "--signed")
    mediate(
        "mediation_court_file", case, pb.NoteCourtFileRequest, terms=number, signed_on=signed_on
    )
