"""What is on file of a hearing's day and of its conclusion, and what is published."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.hearings.acts import HearingSeen, seen_of
from lianxin.cli.hearings.people import MEMBER, PARTY, conclusion_of, party_labels, session_of
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import conclusion_pb2 as pb

Why = Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))]
CAME = ("attendee", "hearing_part", "came", "waived")
EVIDENCE = ("evidence_no", "attendee", "evidence_kind", "title", "shows", "answered")
STATEMENTS = ("statement_no", "stage", "attendee", "text")
HANDS = ("attendee", "hearing_hand", "reasons")
OPINIONS = ("member_no", "opinion", "reasons")
SERVICES = ("service_no", "served_party", "service_method", "served_on", "receipt_no", "corrects")
PUBLICATIONS = ("publication_no", "publication_state", "take_down_on", "reviewed_by", "text")
CARD = ("hearing_no", "hearing_outcome", "concluded_on", "serve_by", "found", "reasons", "text")
LISTS = ("given", "missing", "dissent", "unserved")


def day(case: Case, why: Why = "") -> None:
    """The day of a hearing: who came, what was shown and said, the minutes."""
    with connected() as session:
        seen = seen_of(session, case)
        data = plain(session_of(session, seen, why))
        output.show(data, lambda: _day(by_name(data, _labels(session, seen, _parties(data)))))


def _parties(data: Mapping[str, Any]) -> list[str]:
    came = [row["attendee"] for one in data["sittings"] for row in one["attendances"]]
    return [one.removeprefix(PARTY) for one in came if one.startswith(PARTY)]


def by_name(data: Mapping[str, Any], parties: Mapping[str, str]) -> dict[str, Any]:
    """A hearing's day with everybody by name: members with their number, parties as they are given.

    Who is not known there stays an id.
    """
    called = {PARTY + one: name for one, name in parties.items()}
    for one in data["sittings"]:
        for row in one["attendances"]:
            number = row["attendee"].removeprefix(MEMBER)
            called.setdefault(row["attendee"], f"{number} {row['name']}".strip())
    return {
        **data,
        "sittings": [
            {**one, "attendances": _by_name(one["attendances"], called)} for one in data["sittings"]
        ],
        "evidence": _by_name(data["evidence"], called),
        "statements": _by_name(data["statements"], called),
        "minutes": [{**one, "hands": _by_name(one["hands"], called)} for one in data["minutes"]],
    }


def _labels(session: Session, seen: HearingSeen, parties: list[str]) -> dict[str, str]:
    return party_labels(session, seen.case_id, parties) if parties else {}


def _by_name(rows: list[dict[str, Any]], called: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{**row, "attendee": called.get(row["attendee"], row["attendee"])} for row in rows]


def _day(data: Mapping[str, Any]) -> None:
    output.card({"hearing_no": data["number"], "stage": word("stage", data["stage"])})
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
        hands = [{**row, "reasons": row["reason"]} for row in one["hands"]]
        rows = [_with(row, "hearing_hand", "signing", "hearing_hand") for row in hands]
        output.table(rows, HANDS, title=say("hearing.minutes", version_no=one["version_no"]))


def _worded(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**row, name: word(name, row[name])}


def _with(row: Mapping[str, Any], column: str, name: str, group: str) -> dict[str, Any]:
    return {**row, column: word(group, row[name])}


def conclusion(case: Case, why: Why = "") -> None:
    """The conclusion of a hearing: opinions once all are given, votes, services, publications."""
    with connected() as session:
        seen = seen_of(session, case)
        data = plain(conclusion_of(session, seen, why))
        output.show(data, lambda: _conclusion(_served_by_name(session, seen, data)))


def _served_by_name(session: Session, seen: HearingSeen, data: Mapping[str, Any]) -> dict[str, Any]:
    """The conclusion with the parties to whom it is served by masked name and role."""
    rows = data["services"]
    called = _labels(session, seen, [*data["unserved"], *(row["party_id"] for row in rows)])
    return {
        **data,
        "unserved": [called[one] for one in data["unserved"]],
        "services": [_served(row, called) for row in rows],
    }


def _served(row: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    """A service with whom it reached; one that corrects none says nothing of it."""
    return {**row, "served_party": called[row["party_id"]], "corrects": row["corrects"] or ""}


def _conclusion(data: Mapping[str, Any]) -> None:
    flat = {**data, "hearing_outcome": word("hearing_outcome", data["finding"])}
    flat["hearing_no"] = data["number"]
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
        known = [{**row, "reviewed_by": row["decided_by"]} for row in data["publications"]]
        rows = [_with(row, group, "state", group) for row in known]
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
