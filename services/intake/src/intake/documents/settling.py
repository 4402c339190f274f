"""What a document may say of a mediation: each fact by name. Names are those of the registration.

No telephone and no address of a party is among them, and after family violence no place of a
meeting either: a paper goes to both sides (反家庭暴力法).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from intake.documents.figures import day_text, formal_number, money_text, time_text
from intake.documents.mediated import Agreement, Mediated, Participant, Session, Term
from intake.office import day_of

if TYPE_CHECKING:
    from intake.documents.source import Source
    from kernel.documents import Value

Fact = Callable[["Source"], "Value"]
PRINCIPALS = frozenset({"party", "group_member"})
SIDES = ("applicant", "respondent")
WRITTEN, ORAL = "written", "oral"
GROUNDS = {
    "clear_refusal": "clear_refusal",
    "statutory_route": "statutory_ground",
    "already_taken": "already_taken",
}
REFUSED = frozenset({"refused", "closed"})
SESSION_NO = re.compile("[0-9]{1,4}")
"""More figures than any case has sessions are no number of one."""
COMMITTEE = 1
"""Copies that the committee keeps."""


def name_of(source: "Source", party_id: UUID, unit: str = "") -> str:
    """What a participant is called; empty for one who is not on the registration."""
    if unit:
        return source.office.directory().title(unit)
    row = next((one for one in source.content.parties if one["party_id"] == party_id), None)
    return source.party_name(row) if row is not None else ""


def _mediated(read: Callable[["Source", Mediated], "Value"]) -> Fact:
    """Empty where there is no mediation."""
    return lambda source: read(source, source.mediated) if source.mediated else ""


def _agreed(form: str, read: Callable[["Source", Agreement], "Value"]) -> Fact:
    """Empty where no agreement is in hand, or one of another form; any form for an empty one."""

    def fact(source: "Source") -> "Value":
        found = source.mediated.agreement if source.mediated else None
        return read(source, found) if found and form in {"", found.form} else ""

    return fact


def _part(name: str, form: str) -> Fact:
    return _agreed(form, lambda _, agreement: agreement.texts.get(name, ""))


def _names(source: "Source", side: str, people: Iterable[Participant]) -> str:
    names = [name_of(source, one.party_id, one.unit) for one in people if one.side == side]
    return "、".join(filter(None, names))


def _side(side: str) -> Fact:
    def read(source: "Source", mediated: Mediated) -> "Value":
        return _names(source, side, _principals(mediated))

    return _mediated(read)


def _principals(mediated: Mediated) -> list[Participant]:
    found = [one for one in mediated.participants if one.capacity in PRINCIPALS]
    return sorted(found, key=lambda one: one.side != SIDES[0])


def party_blocks(source: "Source", mediated: Mediated) -> list[dict[str, str]]:
    """A block for each party: what it is called here, its name, who acts for it."""
    return [
        {
            "title": source.word(f"side_{one.side}"),
            "name": name_of(source, one.party_id, one.unit),
            "acting": _acting(source, mediated, one.party_id),
        }
        for one in _principals(mediated)
    ]


def _acting(source: "Source", mediated: Mediated, party_id: UUID) -> str:
    """监护人某某；委托代理人某某."""
    said = []
    for capacity in ("guardian", "agent"):
        names = [
            name_of(source, one.party_id, one.unit)
            for one in mediated.participants
            if one.capacity == capacity and one.for_party == party_id
        ]
        if any(names):
            said.append(source.word(f"capacity_{capacity}") + "、".join(filter(None, names)))
    return "；".join(said)


def _signers(source: "Source", agreement: Agreement) -> "Value":
    return [
        {"title": source.word(f"side_{side}"), "name": name_of(source, party_id)}
        for party_id, side in sorted(agreement.signers, key=lambda one: one[1] != SIDES[0])
    ]


def _copies(_: "Source", agreement: Agreement) -> "Value":
    """叁: one for each signer, one for the committee."""
    return formal_number(len(agreement.signers) + COMMITTEE)


def term_rows(source: "Source", terms: Sequence[Term]) -> list[dict[str, str]]:
    """A row for each thing that is owed."""
    return [
        {
            "no": str(term.no),
            "performer": name_of(source, term.performer),
            "what": term.what,
            "amount": money_text(term.fen),
            "due": day_text(term.due_on),
        }
        for term in terms
    ]


def _in_force(_: "Source", agreement: Agreement) -> "Value":
    return day_text(day_of(agreement.in_force_from)) if agreement.in_force_from else ""


def _recorded(_: "Source", agreement: Agreement) -> "Value":
    return day_text(day_of(agreement.recorded_at)) if agreement.recorded_at else ""


def _confirm_by(_: "Source", agreement: Agreement) -> "Value":
    return day_text(day_of(agreement.confirm_by)) if agreement.confirm_by else ""


def session_of(source: "Source") -> Session | None:
    """The session that a record is wanted of: by its number among those held, else the last."""
    held = source.mediated.held if source.mediated else []
    number = source.given.get("session_no", "").strip()
    if SESSION_NO.fullmatch(number) and 0 < int(number) <= len(held):
        return held[int(number) - 1]
    return held[-1] if held else None


def _of_session(read: Callable[["Source", Session], "Value"]) -> Fact:
    def fact(source: "Source") -> "Value":
        session = session_of(source)
        return read(source, session) if session else ""

    return fact


def _session_no(source: "Source", session: Session) -> "Value":
    held = source.mediated.held if source.mediated else []
    return str(held.index(session) + 1)


def _place(source: "Source", session: Session) -> "Value":
    hidden = source.mediated is not None and source.mediated.family_violence
    return "" if hidden else session.place


def _present(source: "Source", session: Session) -> "Value":
    """Who was called, on which side, who was invited to help, and whether they came."""
    people = source.mediated.participants if source.mediated else ()
    known = {one.party_id: one for one in people}
    rows = []
    for party_id, came in session.came:
        who = known.get(party_id)
        role = f"side_{who.side}" if who and who.capacity in PRINCIPALS else ""
        role = role or (f"role_{who.capacity}" if who else "")
        name = name_of(source, party_id, who.unit if who else "")
        rows.append({"role": source.word(role), "name": name, "came": source.word(came)})
    for kind, name, came in session.invited:
        role = source.word(f"invited_{kind}")
        rows.append({"role": role, "name": name, "came": source.word(came)})
    return rows


def _with_departments(source: "Source", session: Session) -> "Value":
    return "、".join(map(source.office.directory().title, session.departments))


def _joined(source: "Source", mediated: Mediated) -> "Value":
    """Each body that joined, with the kind it adds: 安吉县人民法院（司法调解）."""
    return "、".join(
        source.text(
            "DOCUMENT_JOINED",
            unit=source.office.directory().title(unit),
            kind=source.word(f"{kind}_mediation"),
        )
        for kind, unit in mediated.joined
    )


def _routes(source: "Source", mediated: Mediated) -> "Value":
    return [source.word(f"way_{one}") for one in mediated.routes]


def _ground(source: "Source", mediated: Mediated) -> "Value":
    """Empty as long as a refusal is only proposed."""
    return source.word(GROUNDS.get(mediated.refusal_ground)) if mediated.state in REFUSED else ""


MEDIATED: Mapping[str, Fact] = {
    "mediation_kind": _mediated(lambda source, one: source.word(f"{one.kind}_mediation")),
    "mediation_joined": _mediated(_joined),
    "mediation_parties": _mediated(party_blocks),
    "applicant_side": _side("applicant"),
    "respondent_side": _side("respondent"),
    "mediation_routes": _mediated(_routes),
    "mediation_ground": _mediated(_ground),
    "session_no": _of_session(_session_no),
    "session_time": _of_session(lambda _, one: time_text(one.starts_at)),
    "session_place": _of_session(_place),
    "session_kind": _of_session(lambda source, one: source.word(f"session_{one.kind}")),
    "session_present": _of_session(_present),
    "session_departments": _of_session(_with_departments),
    "session_record": _of_session(lambda _, one: one.record),
    "session_outcome": _of_session(lambda source, one: source.word(f"outcome_{one.outcome}")),
    "agreed_facts": _part("facts", WRITTEN),
    "agreed_dispute": _part("dispute", WRITTEN),
    "agreed_responsibility": _part("responsibility", WRITTEN),
    "agreed_content": _part("content", WRITTEN),
    "agreed_manner": _part("manner", WRITTEN),
    "agreed_place": _part("place", WRITTEN),
    "agreed_period": _part("period", WRITTEN),
    "agreed_terms": _agreed("", lambda source, one: term_rows(source, one.terms)),
    "agreed_signers": _agreed("", _signers),
    "agreed_copies": _agreed(WRITTEN, _copies),
    "agreed_any": _agreed("", lambda _, one: one.texts.get("content", "")),
    "oral_dispute": _part("dispute", ORAL),
    "oral_facts": _part("facts", ORAL),
    "oral_content": _part("content", ORAL),
    "recorded_on": _agreed(ORAL, _recorded),
    "in_force_on": _agreed("", _in_force),
    "confirm_by": _agreed("", _confirm_by),
}
"""Every fact that comes from mediation."""
