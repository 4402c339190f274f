"""What is on file of a hearing's day and of its conclusion, and what is published."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.hearings.acts import seen_of
from lianxin.cli.hearings.people import conclusion_of, session_of
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import conclusion_pb2 as pb

Why = Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))]
CAME = ("attendee", "name", "hearing_part", "came", "waived")
EVIDENCE = ("evidence_no", "attendee", "evidence_kind", "title", "shows", "answered")
STATEMENTS = ("statement_no", "stage", "attendee", "text")
HANDS = ("attendee", "hearing_hand", "reason")
OPINIONS = ("member_no", "opinion", "reasons")
SERVICES = ("service_no", "party_id", "service_method", "served_on", "receipt_no", "corrects")
PUBLICATIONS = ("publication_no", "publication_state", "take_down_on", "decided_by", "text")
CARD = ("number", "hearing_outcome", "concluded_on", "serve_by", "found", "reasons", "text")
LISTS = ("given", "missing", "dissent", "unserved")


def day(case: Case, why: Why = "") -> None:
    """The day of a hearing: who came, what was shown and said, the minutes."""
    with connected() as session:
        data = plain(session_of(session, seen_of(session, case), why))
    output.show(data, lambda: _day(data))


def _day(data: Mapping[str, Any]) -> None:
    output.card({"number": data["number"], "stage": word("stage", data["stage"])})
    for one in data["sittings"]:
        title = say("hearing.sitting", sitting_no=one["sitting_no"])
        rows = [_with(row, "hearing_part", "part", "hearing_part") for row in one["attendances"]]
        output.table([_worded(row, "came") for row in rows], CAME, title=title)
    if data["evidence"]:
        rows = [_with(row, "evidence_kind", "kind", "evidence_kind") for row in data["evidence"]]
        output.table(rows, EVIDENCE, title=say("hearing.evidence"))
    if data["statements"]:
        rows = [_worded(row, "stage") for row in data["statements"]]
        output.table(rows, STATEMENTS, title=say("hearing.statements"))
    for one in data["minutes"][-1:]:
        output.card({"text": one["text"]})
        rows = [_with(row, "hearing_hand", "signing", "hearing_hand") for row in one["hands"]]
        output.table(rows, HANDS, title=say("hearing.minutes", version_no=one["version_no"]))


def _worded(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**row, name: word(name, row[name])}


def _with(row: Mapping[str, Any], column: str, name: str, group: str) -> dict[str, Any]:
    return {**row, column: word(group, row[name])}


def conclusion(case: Case, why: Why = "") -> None:
    """The conclusion of a hearing: opinions once all are given, votes, services, publications."""
    with connected() as session:
        data = plain(conclusion_of(session, seen_of(session, case), why))
    output.show(data, lambda: _conclusion(data))


def _conclusion(data: Mapping[str, Any]) -> None:
    flat = {**data, "hearing_outcome": word("hearing_outcome", data["finding"])}
    shown = {name: flat[name] for name in CARD if flat[name]}
    shown |= {f"hearing_{name}": ", ".join(map(str, flat[name])) for name in LISTS if flat[name]}
    output.card(shown)
    if data["opinions"]:
        rows = [_worded(row, "opinion") for row in data["opinions"]]
        output.table(rows, OPINIONS, title=say("hearing.opinions"))
    if data["services"]:
        rows = [
            _with(row, "service_method", "method", "service_method") for row in data["services"]
        ]
        output.table(rows, SERVICES, title=say("hearing.services"))
    if data["publications"]:
        group = "publication_state"
        rows = [_with(row, group, "state", group) for row in data["publications"]]
        output.table(rows, PUBLICATIONS, title=say("hearing.publications"))


def published(limit: Limit = 50) -> None:
    """Conclusions that are published now, anonymised."""
    with connected() as session:
        wanted = pb.ListPublishedRequest()
        call = session.hearing_conclusion.ListPublished
        lines, more = listed(session, call, wanted, limit, "published")
        rows = [plain(one) for one in lines]
    data = {"published": rows, "more": more}
    output.show(data, lambda: _published(data))


def _published(data: Mapping[str, Any]) -> None:
    rows = [
        _with(row, "hearing_outcome", "finding", "hearing_outcome") for row in data["published"]
    ]
    output.table(rows, ("hearing_outcome", "text", "take_down_on"))
    if data["more"]:
        output.line("more")
