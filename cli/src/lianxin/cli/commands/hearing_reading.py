"""What is on file of the hearings of a case, and lists of hearings."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.dates import iso_day
from lianxin.cli.files.units import Units
from lianxin.cli.hearings import dates
from lianxin.cli.hearings.acts import seen_of
from lianxin.cli.hearings.naming import Names
from lianxin.cli.hearings.people import party_labels
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import checked_code, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import hearing_service_pb2 as pb

MOST = 200
"""How many hearings are looked through for the days they wait for."""
LINE = (
    "case_no",
    "hearing_state",
    "hearing_public",
    "begins_at",
    "hearing_due_on",
    "hearing_hold_by",
    "handling_unit",
)
CARD = (
    "case_no",
    "hearing_no",
    "hearing_state",
    "asked_by",
    "triggers",
    "asked_at",
    "request",
    "hearing_decide_by",
    "decision",
    "decided_at",
    "reason_given",
    "hearing_public",
    "hearing_minutes",
    "panel_size",
    "public_seats",
    "departments",
    "hearing_hold_by",
    "begins_at",
    "ends_at",
    "room",
    "notice_by",
    "opened_at",
    "hearing_outcome",
    "concluded_at",
    "serve_by",
    "served_at",
    "published_at",
    "over_at",
    "over",
)
MEMBERS = ("member_no", "hearing_part", "name", "member_unit", "member_state")
PARTIES = ("name", "organisation", "party_id")
GONE = "gone"
"""Who sits no more; whom nobody was told of is not shown, but with `--json`."""
WORDS = {
    "triggers": "hearing_trigger",
    "decision": "hearing_decision",
}
"""Fields of a card that hold codes, and the words they are shown by."""


def show(
    case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = ""
) -> None:
    """Every hearing of a case; the reading is on record."""
    with connected() as session:
        asked = pb.GetHearingRequest(case_id=seen_of(session, case).case_id, why=why)
        data = plain(session.ask(session.hearing.GetHearing(asked)))["file"]
        _name_units(session, data)
        output.show(data, lambda: _people(session, data))


def _name_units(session: Session, file: dict[str, Any]) -> None:
    units = Units.of(session)
    file["holder_title"] = units.title(file["holder_unit"])
    for one in file["hearings"]:
        for member in one["members"]:
            unit = member["department"] or member["unit_id"]
            member["member_unit"] = units.title(unit) if unit else ""


def _people(session: Session, file: Mapping[str, Any]) -> None:
    parties = [party["party_id"] for one in file["hearings"] for party in one["parties"]]
    called = party_labels(session, file["case_id"], parties) if parties else {}
    names = Names(session)
    for one in file["hearings"]:
        flat = {**_flat(file, one), "room": names.read(one["room_id"])}
        output.card({name: flat[name] for name in CARD if flat[name]})
        told = one["confirmed_at"]
        rows = [_member(each) for each in one["members"] if told or each["state"] != GONE]
        if rows:
            output.table(rows, MEMBERS, title=say("hearing.members"))
        if one["parties"]:
            rows = [{**party, "name": called[party["party_id"]]} for party in one["parties"]]
            output.table(rows, PARTIES, title=say("hearing.parties"))


def _flat(file: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """A hearing in one level, its codes in words."""
    needs = one["needs"] or {}
    shown = {name: _worded(kind, one[name]) for name, kind in WORDS.items()}
    return {
        **dict.fromkeys(CARD),
        **one,
        **needs,
        **shown,
        "case_no": file["case_no"],
        "handling_unit": file.get("holder_title") or file["holder_unit"],
        "hearing_no": one["number"],
        "hearing_state": word("hearing_state", one["state"]),
        "hearing_public": word("hearing_public", "yes" if needs.get("public") else "no"),
        "hearing_decide_by": one["decide_by"],
        "hearing_due_on": dates.due_on(one),
        "hearing_hold_by": needs.get("hold_by"),
        "hearing_outcome": word("hearing_outcome", one["outcome"]),
        "hearing_minutes": needs.get("minutes"),
        "reason_given": one["reason"],
        "begins_at": one["begins"],
        "ends_at": one["ends"],
    }


def _worded(kind: str, said: Any) -> Any:
    if isinstance(said, list):
        return [word(kind, code) for code in said]
    return word(kind, said)


def _member(one: Mapping[str, Any]) -> dict[str, Any]:
    part, state = word("hearing_part", one["part"]), word("hearing_member", one["state"])
    return {**one, "hearing_part": part, "member_state": state}


def list_hearings(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.hearing_all"))] = False,
    state: Annotated[list[str] | None, typer.Option(help=say("opt.hearing_state"))] = None,
    from_day: Annotated[str, typer.Option("--from", help=say("opt.hearing_from"))] = "",
    until: Annotated[str, typer.Option("--until", help=say("opt.hearing_until"))] = "",
    due: Annotated[bool, typer.Option("--due", help=say("opt.hearing_due"))] = False,
    limit: Limit = 50,
) -> None:
    """Hearings of your unit, or of every unit that you may know of, newest first."""
    wanted = pb.ListHearingsRequest(
        unit_id=unit,
        all=everything,
        states=[checked_code("hearing_state", one, "--state") for one in state or []],
        from_day=iso_day(from_day, "--from"),
        until=iso_day(until, "--until"),
    )
    with connected() as session:
        if due:
            lines, more = dates.waiting(session, wanted, MOST)
        else:
            lines, more = listed(session, session.hearing.ListHearings, wanted, limit, "files")
        files = [plain(one) for one in lines]
        units = Units.of(session)
    if due:
        files = [one for one in files if dates.is_due(one["hearings"][0])][:limit]
    for one in files:
        one["holder_title"] = units.title(one["holder_unit"])
    data = {"files": files, "more": more}
    output.show(data, lambda: _lines(data))


def _lines(data: Mapping[str, Any]) -> None:
    output.table([_flat(file, file["hearings"][0]) for file in data["files"]], LINE)
    if data["more"]:
        output.line("more")
