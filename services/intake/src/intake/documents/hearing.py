"""What a document may say of a hearing: each fact by name. Names of parties are the registration's.

No telephone and no address of anybody is among them. Of the hearing of several cases together a
paper of one case names the parties of that case alone.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from intake.documents.citing import cited
from intake.documents.figures import day_text, time_text
from intake.documents.heard import Called, Heard, Member
from intake.documents.settling import name_of
from intake.office import day_of

if TYPE_CHECKING:
    from intake.documents.source import Source
    from kernel.documents import Value

Fact = Callable[["Source"], "Value"]
BLANK_ROWS = 5
"""Lines of the attendance sheet for who comes without being called."""
ARTICLE, OF_REVIEW = "xinfang_2022:31", "xinfang_2022:36"
PARTY, MEMBER = "party", "member"


def _heard(read: Callable[["Source", Heard], "Value"]) -> Fact:
    """Empty where there is no hearing."""
    return lambda source: read(source, source.heard) if source.heard else ""


def _words(source: "Source", heard: Heard) -> "Value":
    """Why it is heard in public; a word that only a local profile has is left out."""
    keys = [f"trigger_{one}" for one in heard.triggers]
    said = [(key, source.word(key)) for key in keys]
    return [word for key, word in said if not word.endswith(key)]


def _openness(source: "Source", heard: Heard) -> "Value":
    return source.word("heard_public" if heard.public else "heard_closed")


def _seats(_: "Source", heard: Heard) -> "Value":
    """Empty where it is not public: then nothing is announced."""
    return str(heard.seats) if heard.public and heard.seats else ""


def _time(_: "Source", heard: Heard) -> "Value":
    at = heard.opened_at or heard.begins
    return time_text(at) if at else ""


def _day(_: "Source", heard: Heard) -> "Value":
    at = heard.opened_at or heard.begins
    return day_text(day_of(at)) if at else ""


def _place(source: "Source", heard: Heard) -> "Value":
    """The house and its room; empty when the room is not of this node."""
    sites = source.office.directory().sites
    site = sites[heard.site].title if heard.site in sites else ""
    return f"{site}{heard.room}" if heard.room else ""


def _departments(source: "Source", heard: Heard) -> "Value":
    return "、".join(map(source.office.directory().title, heard.departments))


def _names(part: str) -> Fact:
    def read(_: "Source", heard: Heard) -> "Value":
        return "、".join(one.name for one in heard.of_part(part) if one.name)

    return _heard(read)


def _kind(source: "Source", member: Member) -> str:
    """As what somebody sits: 部门代表（安吉县水利局）, 听证评议员（律师）."""
    part = source.word(f"part_{member.part}")
    if member.department:
        return f"{part}（{source.office.directory().title(member.department)}）"
    kind = source.word(f"pool_{member.kind}") if member.part == "panelist" and member.kind else ""
    return f"{part}（{kind}）" if kind else part


def _panel(source: "Source", heard: Heard) -> "Value":
    return [
        {
            "no": str(no),
            "name": one.name,
            "kind": source.word(f"pool_{one.kind}" if one.kind else ""),
        }
        for no, one in enumerate(heard.of_part("panelist"), start=1)
    ]


def _people(source: "Source", heard: Heard) -> "Value":
    """Everybody who is called, then empty lines."""
    rows = [{"role": _kind(source, one), "name": one.name} for one in heard.sitting]
    for one in heard.parties:
        name = name_of(source, one.party_id, one.unit)
        if name:
            rows.append({"role": _role(source, one), "name": name})
    return [*rows, *({"role": "", "name": ""} for _ in range(BLANK_ROWS))]


def _role(source: "Source", party: Called) -> str:
    return source.word(f"party_{party.role}")


def _attendee(source: "Source", heard: Heard, attendee: str) -> tuple[str, str]:
    """Role and name; both empty for a party of another case that is heard along."""
    sort, _, which = attendee.partition(":")
    if sort == MEMBER:
        member = heard.member(int(which))
        return (_kind(source, member), member.name) if member else ("", "")
    party = next((one for one in heard.parties if str(one.party_id) == which), None)
    role = _role(source, party) if party else ""
    return role, name_of(source, UUID(which), party.unit if party else "")


def _who(source: "Source", heard: Heard, attendee: str) -> str:
    """申请人周小满; somebody of another case is not named."""
    role, name = _attendee(source, heard, attendee)
    return f"{role}{name}" if name else source.word("somebody_else")


def _present(source: "Source", heard: Heard) -> "Value":
    rows = []
    for attendee, came in heard.day.came:
        role, name = _attendee(source, heard, attendee)
        if name:
            rows.append({"role": role, "name": name, "came": source.word(f"came_{came}")})
    return rows


def _recusals(source: "Source", heard: Heard) -> "Value":
    return [
        {
            "who": _who(source, heard, one.attendee),
            "whom": _who(source, heard, f"{MEMBER}:{one.member_no}"),
            "why": one.reasons,
            "decided": source.word("recusal_upheld" if one.upheld else "recusal_rejected"),
        }
        for one in heard.day.recusals
    ]


def _statements(source: "Source", heard: Heard) -> "Value":
    return [
        {
            "stage": source.word(f"stage_{stage}"),
            "who": _who(source, heard, attendee),
            "said": said,
        }
        for stage, attendee, said in heard.day.statements
    ]


def _evidence(source: "Source", heard: Heard) -> "Value":
    return [
        {
            "no": str(one.no),
            "who": _who(source, heard, one.attendee),
            "what": f"{one.title}（{source.word(f'evidence_{one.kind}')}）",
            "shows": one.shows,
            "answered": one.answered,
        }
        for one in heard.day.evidence
    ]


def _opinions(source: "Source", heard: Heard) -> "Value":
    rows = []
    for number, held, reasons in heard.result.opinions:
        member = heard.member(number)
        name, kind = (member.name, member.kind) if member else ("", "")
        rows.append(
            {
                "name": name,
                "kind": source.word(f"pool_{kind}" if kind else ""),
                "held": source.word(f"finding_{held}"),
                "reasons": reasons,
            }
        )
    return rows


def _outcome(source: "Source", heard: Heard) -> "Value":
    return source.word(f"finding_{heard.result.finding}") if heard.result.finding else ""


def _votes(source: "Source", heard: Heard) -> "Value":
    """支持3票，不支持2票: only what somebody voted for."""
    said = [
        source.text("DOCUMENT_VOTES", finding=source.word(f"finding_{finding}"), count=str(count))
        for finding, count in heard.result.votes
        if count
    ]
    return "，".join(said)


def _dissent(_: "Source", heard: Heard) -> "Value":
    found = [heard.member(number) for number in heard.result.dissent]
    return "、".join(one.name for one in found if one)


def _concluded_on(_: "Source", heard: Heard) -> "Value":
    on = heard.result.concluded_on
    return day_text(on) if on else ""


def _read_out(source: "Source", heard: Heard) -> "Value":
    return source.word("read_on_the_spot" if heard.result.on_the_spot else "read_later")


def _basis(source: "Source") -> "Value":
    """条例 31, in a review 36; what is mediated is heard by practice, and no law is cited."""
    if source.row["procedure"] != "petition":
        return ""
    review = source.heard is not None and bool(source.heard.review_level)
    return cited(source.profile, [ARTICLE, OF_REVIEW] if review else [ARTICLE])


def _rule(name: str) -> Fact:
    return lambda source: str(getattr(source.profile.rules.hearing, name))


HEARD: Mapping[str, Fact] = {
    "hearing_asked_on": _heard(lambda _, one: day_text(one.asked_on) if one.asked_on else ""),
    "hearing_request": _heard(lambda _, one: one.request),
    "hearing_triggers": _heard(_words),
    "hearing_openness": _heard(_openness),
    "hearing_seats": _heard(_seats),
    "hearing_time": _heard(_time),
    "hearing_day": _heard(_day),
    "hearing_place": _heard(_place),
    "hearing_departments": _heard(_departments),
    "hearing_chair": _names("chair"),
    "hearing_recorder": _names("recorder"),
    "hearing_panel": _heard(_panel),
    "hearing_panel_size": _heard(lambda _, one: str(len(one.of_part("panelist")) or "")),
    "hearing_people": _heard(_people),
    "hearing_present": _heard(_present),
    "hearing_recusals": _heard(_recusals),
    "hearing_statements": _heard(_statements),
    "hearing_evidence": _heard(_evidence),
    "hearing_record": _heard(lambda _, one: one.day.minutes),
    "hearing_opinions": _heard(_opinions),
    "hearing_outcome": _heard(_outcome),
    "hearing_votes": _heard(_votes),
    "hearing_dissent": _heard(_dissent),
    "hearing_found": _heard(lambda _, one: one.result.found),
    "hearing_reasons": _heard(lambda _, one: one.result.reasons),
    "hearing_conclusion": _heard(lambda _, one: one.result.text),
    "hearing_concluded_on": _heard(_concluded_on),
    "hearing_read_out": _heard(_read_out),
    "hearing_basis": _basis,
    "hearing_objection_days": _rule("objection_days"),
    "hearing_delegates_most": _rule("representatives_most"),
    "hearing_agents_most": _rule("agents_most"),
}
"""Every fact that comes from hearing, and what its rules say."""
