"""A mediation in plain words: what is on file, and what is missing."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.cli import output
from lianxin.cli.mediating.people import Registered
from lianxin.cli.mediating.texts import text_of
from lianxin.cli.plain import plain
from lianxin.cli.words import say, word

FEN = 100
PARTIES = ("party", "side", "capacity")
PLAN = ("step", "due_on", "tight", "met_at")
MEASURES = ("no", "measure_kind", "unit", "staff", "due_on", "what", "measure_outcome", "met_at")
SESSIONS = ("starts_at", "session_kind", "place", "session_state", "session_outcome", "record")
INVITED = ("no", "starts_at", "invited_kind", "name", "account", "invitation_standing")
TERMS = ("no", "performer", "what", "amount", "rendered", "due_on", "term_standing")
HANDS = ("who", "signed_at", "signing")
REQUESTS = ("request_no", "finding", "reasons", "carry_out_by", "carried_out_at")
DUTIES = ("duty", "noted_at", "reported_to", "reported_at")
DISPOSITIONS = ("no", "disposition", "what", "basis", "approved_by")
REFERRALS = ("no", "referral_kind", "unit", "referral_outcome")
HANDS_OF_OFFICE = {
    "mediator_signed_at": "mediator_signed_at",
    "stamped_at": "stamped_at",
    "oral_recorded_at": "recorded_at",
}
"""Columns, and the field each is from: elsewhere `recorded_at` is when anything was recorded."""
SENTENCES = {
    "next_steps": "mediation.next",
    "warnings": "mediation.warning",
    "missing": "mediation.missing",
}
"""Codes that are said one by one, and the line for each."""
Row = Mapping[str, Any]
NO_PLAN: Row = {"lead_staff": "", "team_staff": [], "team_unit_ids": []}


def file_data(file: Any, registered: Registered | None, work: Any) -> dict[str, Any]:
    """The file for programs: as the node told it, with names and with words for what is missing."""
    data = plain(file)
    names = {one["party_id"]: one["party_id"] for one in data["participants"]}
    if registered is not None:
        names = {party_id: registered.label(party_id) for party_id in names}
    missing = {key: text_of(key) for key in data["closing"]["missing"]}
    named = {"names": names, "missing": missing}
    return data | named | _standing(work)


def _standing(work: Any) -> dict[str, Any]:
    """What a court will not confirm, what is open in default, until when rights can be claimed."""
    return {
        "warnings": {key: text_of(key) for key in work.warnings},
        "next_steps": {key: text_of(key) for key in work.next_steps},
        "to_assign_anew": list(work.to_assign_anew_ids),
        "limitation": plain(work.limitation) if work.HasField("limitation") else None,
    }


def show_file(data: Mapping[str, Any]) -> None:
    """The file for people."""
    head = data["mediation"]
    output.card(_head(data))
    if head["note"]:
        output.line("mediation.note", text=head["note"])
    for title, columns, rows in _tables(data):
        if rows:
            output.table(rows, columns, title=output.heading(title))
    show_agreement(with_names(data["agreements"], data["names"])[-1:])
    if data["closing"]["facts"]:
        output.line("mediation.facts", text=data["closing"]["facts"])
    _show_limitation(data["limitation"])
    _show_who_stayed(data)
    for about, line in SENTENCES.items():
        for text in data[about].values():
            output.line(line, text=text)
    if not data["missing"] and head["state"] != "closed":
        output.line("mediation.closable")


def _show_who_stayed(data: Mapping[str, Any]) -> None:
    for one in _open(data["assignments"]):
        if one["mediator_id"] in data["to_assign_anew"]:
            output.line("mediation.to_assign_anew", mediator=one["staff"] or one["mediator_id"])


def _show_limitation(limited: Row | None) -> None:
    if limited is not None:
        key = "mediation.limitation_past" if limited["past"] else "mediation.limitation"
        days = {name: limited[name] for name in ("known_on", "due_on")}
        output.line(key, right=word("clock", limited["clock"]), **days)


def _head(data: Mapping[str, Any]) -> dict[str, Any]:
    head, closing = data["mediation"], data["closing"]
    mediators = [one["staff"] or one["mediator_id"] for one in _open(data["assignments"])]
    plan = data["plan"] or NO_PLAN
    shown = {
        "case_no": head["case_no"],
        "mediation_state": word("mediation_state", head["state"]),
        "mediation_kind": word("mediation_kind", head["kind"]),
        "joined_kinds": [_joined(one) for one in head["joined"]],
        "category": data["category"],
        "mediators": mediators,
        "lead_officer": plan["lead_staff"],
        "team": [*plan["team_staff"], *plan["team_unit_ids"]],
        "next_session_at": _next_session(data),
        "asked": word("asked", closing["asked"]),
        "mediation_ending": word("mediation_ending", closing["ending"]),
        "proposed_by": data["proposed_by"],
    }
    return {name: value for name, value in shown.items() if value}


def _joined(one: Row) -> str:
    return f"{word('mediation_kind', one['kind'])} {one.get('unit_title') or one['unit_id']}"


def _open(assignments: Iterable[Row]) -> list[Row]:
    return [one for one in assignments if not one["ended_at"]]


def _next_session(data: Mapping[str, Any]) -> str:
    coming = [one["starts_at"] for one in data["sessions"] if one["state"] == "scheduled"]
    return min(coming, default="")


def _tables(data: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...], list[dict[str, Any]]]]:
    names = data["names"]
    return [
        ("participants", PARTIES, [_party(one, names) for one in data["participants"]]),
        ("milestones", PLAN, [_worded(one, step="step") for one in data["milestones"]]),
        ("measures", MEASURES, [_measure(one) for one in data["measures"]]),
        ("sessions", SESSIONS, [_session(one) for one in data["sessions"]]),
        ("invited", INVITED, _invited(data["sessions"])),
        ("claims", REQUESTS, [_worded(one, finding="finding") for one in data["requests"]]),
        ("duties", DUTIES, [_worded(one, duty="duty") for one in data["duties"]]),
        (
            "dispositions",
            DISPOSITIONS,
            [_worded(one, disposition="disposition") for one in data["dispositions"]],
        ),
        ("help", REFERRALS, [_referral(one) for one in data["referrals"]]),
    ]


def _worded(row: Row, **groups: str) -> dict[str, Any]:
    """The row with words in place of codes."""
    return {**row, **{name: word(group, row[name]) for name, group in groups.items()}}


def _invited(sessions: Iterable[Row]) -> list[dict[str, Any]]:
    """Who was invited to help, session by session."""
    return [
        {
            "no": one["no"],
            "starts_at": session["starts_at"],
            "invited_kind": word("invited_kind", one["person"]["kind"]),
            "name": one["person"]["name"],
            "account": one["person"]["account"],
            "invitation_standing": word("invitation_standing", one["standing"]),
        }
        for session in sessions
        for one in session["invited"]
    ]


def _party(one: Row, names: Mapping[str, str]) -> dict[str, Any]:
    shown = _worded(one, side="side", capacity="capacity")
    return shown | {"party": names.get(one["party_id"], one["party_id"])}


def _measure(one: Row) -> dict[str, Any]:
    measure = one["measure"]
    return {
        **measure,
        "measure_kind": word("measure_kind", measure["kind"]),
        "unit": measure["unit_id"],
        "what": one["words"],
        "measure_outcome": word("measure_outcome", measure["outcome"]),
    }


def _session(one: Row) -> dict[str, Any]:
    return {
        **one,
        "session_kind": word("session_kind", one["kind"]),
        "session_state": word("session_state", one["state"]),
        "session_outcome": word("session_outcome", one["outcome"]),
    }


def _referral(one: Row) -> dict[str, Any]:
    return {
        "no": one["no"],
        "referral_kind": word("referral_kind", one["kind"]),
        "unit": one["unit_id"],
        "referral_outcome": word("referral_outcome", one["outcome"]),
    }


def agreement_data(file: Any, registered: Registered) -> list[dict[str, Any]]:
    """Every version for programs, with the names of those it binds."""
    names = {one.party_id: registered.label(one.party_id) for one in file.participants}
    return with_names([plain(one) for one in file.agreements], names)


def with_names(agreements: Iterable[Row], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The versions with the names of who performs and who signs beside their ids."""
    return [
        {
            **one,
            "terms": [
                {**term, "performer": names.get(term["term"]["performer_id"], "")}
                for term in one["terms"]
            ],
            "signatures": [
                {**hand, "who": names.get(hand["party_id"], "")} for hand in one["signatures"]
            ],
        }
        for one in agreements
    ]


def show_agreement(agreements: Iterable[Row]) -> None:
    """Versions for people."""
    for one in agreements:
        output.card({name: value for name, value in _card(one).items() if value})
        for text in one["texts"]:
            part = word("agreement_part", text["part"])
            output.line("agreement.part", part=part, text=text["text"])
        if one["terms"]:
            output.table(map(_term, one["terms"]), TERMS, title=output.heading("terms"))
        if one["signatures"]:
            hands = [_worded(hand, by="signing") for hand in one["signatures"]]
            rows = [hand | {"signing": hand["by"]} for hand in hands]
            output.table(rows, HANDS, title=output.heading("signatures"))


def _card(one: Row) -> dict[str, Any]:
    return {
        "agreement_version": one["version"],
        "agreement_form": word("agreement_form", one["form"]),
        **{column: one[name] for column, name in HANDS_OF_OFFICE.items()},
        "in_force_at": one["in_force_from"],
        "confirm_by": last_day(one["confirm_by"]),
        "confirmation": word("confirmation", one["confirmation"]),
        "dropped_at": one["dropped_at"],
    }


def _term(one: Row) -> dict[str, Any]:
    term = one["term"]
    return {
        "no": term["no"],
        "performer": one["performer"],
        "what": one["what"],
        "amount": yuan(term["amount_fen"]),
        "rendered": yuan(sum(part["amount_fen"] for part in one["rendered"])),
        "due_on": term["due_on"],
        "term_standing": word("term_standing", term["standing"]),
    }


def last_day(end: str | None) -> str:
    """The last day of a period that ends at an instant, Asia/Shanghai; empty when there is none."""
    if not end:
        return ""
    return (
        (datetime.fromisoformat(end) - timedelta(microseconds=1))
        .astimezone(SHANGHAI)
        .date()
        .isoformat()
    )


def yuan(fen: int) -> str:
    """An amount as people read it; empty for what is not paid in money."""
    return f"{fen / FEN:,.2f}{say('agreement.yuan')}" if fen else ""
