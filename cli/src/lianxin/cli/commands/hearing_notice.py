"""Who was told of a hearing and has answered; objections to the list; what the public is told."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.files.units import Units
from lianxin.cli.hearings.acts import HearingSeen, hear, seen_of
from lianxin.cli.hearings.naming import Names
from lianxin.cli.hearings.people import Roll, number_of, party_labels
from lianxin.cli.hearings.register import person_id
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.saving import saved
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import noticing_pb2 as pb
from lianxin.intake.v1 import notice_pb2 as to_residents

HOW = pb.AcknowledgedHow.DESCRIPTOR
GROUND = pb.ObjectionGround.DESCRIPTOR
OF_HEARINGS = "hearing_"
PARTY = "party"
TOLD = (
    *("case_no", "change_no", "hearing_change", "hearing_part", "recipient", "notice_state"),
    *("acknowledge_by", "acknowledged_on", "acknowledged_how", "waits"),
)
OBJECTIONS = (
    *("objection_no", "member_no", "objection_ground", "on_day", "reasons"),
    *("objection_decision", "decision_reason", "replaced_by"),
)
PUBLIC = ("unit_id", "begins_at", "ends_at", "room", "site_id", "seats")
Who = Annotated[str, typer.Argument(metavar="WHO", help=say("opt.hearing_recipient"))]
Out = Annotated[Path | None, typer.Option("--out", help=say("opt.out"))]
Why = Annotated[str, typer.Option("--why", help=say("opt.hearing_why"))]
OnDay = Annotated[str, typer.Option("--on", help=say("opt.hearing_answered_on"))]


def notices(
    *,
    case: Annotated[str, typer.Option("--case", help=say("opt.hearing_notices_case"))] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help=say("opt.hearing_waiting"))] = False,
    limit: Limit = 50,
) -> None:
    """Who was told of which change, how it went, and who has not answered."""
    with connected() as session:
        seen = seen_of(session, case) if case else None
        asked = pb.ListHearingNoticesRequest(case_id=seen.case_id if seen else "", waiting=waiting)
        rpc = session.hearing_notices.ListHearingNotices
        found, more = listed(session, rpc, asked, limit, "notices")
        sent = _sent_to_parties(session, seen) if seen else {}
        lines = [_with_delivery(plain(one), sent) for one in found]
        data = {"notices": lines, "more": more}
        output.show(data, lambda: _people(session, seen, data))


def _sent_to_parties(session: Session, seen: HearingSeen) -> dict[str, Any]:
    """The newest message about a hearing that intake has for each party."""
    asked = to_residents.ListNoticesRequest(case_id=seen.case_id)
    found, _ = listed(session, session.notices.ListNotices, asked, 200, "notices")
    newest: dict[str, Any] = {}
    for one in found:
        if one.template.startswith(OF_HEARINGS):
            newest.setdefault(one.recipient_id, plain(one))
    return newest


def _with_delivery(line: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent to a party is shown with the word that counts, not with those before it."""
    if line["delivery"] is None and not line["overtaken"]:
        return line | {"delivery": sent.get(line["recipient_id"])}
    return line


def _people(session: Session, seen: HearingSeen | None, data: Mapping[str, Any]) -> None:
    lines = data["notices"]
    parties = [one["recipient_id"] for one in lines if one["part"] == PARTY]
    called = party_labels(session, seen.case_id, parties) if seen else {}
    names = Names(session)
    output.table(
        [{**_worded(one), "recipient": _called(one, called, names)} for one in lines], TOLD
    )
    if data["more"]:
        output.line("more")


def _called(line: Mapping[str, Any], parties: Mapping[str, str], names: Names) -> str:
    one: str = line["recipient_id"]
    return parties.get(one, one) if line["part"] == PARTY else names.read(one)


def _worded(line: Mapping[str, Any]) -> dict[str, Any]:
    how, delivery = line["acknowledged_how"], line["delivery"]
    until = line["acknowledge_by"]
    return {
        **line,
        "hearing_change": " ".join(word("hearing_change", one) for one in line["what"]),
        "hearing_part": word("hearing_part", line["part"]),
        "notice_state": word("notice_state", delivery["state"]) if delivery else "",
        "acknowledge_by": output.local_time(until) if until else "",
        "acknowledged_how": word("acknowledged_how", how) if how else "",
    }


def acknowledge(
    case: Case,
    who: Who,
    *,
    how: Annotated[str, typer.Option("--how", help=say("opt.acknowledged_how"))],
    on: OnDay = "",
) -> None:
    """Take down that what somebody was told of a hearing has reached him."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"recipient_id": _recipient(session, seen, who)}

    said = {"how": enum_number(HOW, how, "--how"), "on_day": iso_day(on, "--on") or _today()}
    hear("hearing_acknowledge", case, pb.AcknowledgeNoticeRequest, given, **said)


def _recipient(session: Session, seen: HearingSeen, who: str) -> str:
    """A member by number, or a party by side, name or id. Raises BadInput."""
    roll = Roll(session, seen)
    if not who.isdecimal():
        party: str = roll.party(who, "WHO")
        return party
    for one in roll.hearing.members:
        if one.member_no == int(who):
            person: str = one.person_id
            return person
    raise BadInput("HEARING_MEMBER_NUMBER", field="WHO")


def invitation(case: Case, who: Who, out: Out = None) -> None:
    """Save somebody's invitation for his calendar (.ics)."""
    with connected() as session:
        seen = seen_of(session, case)
        asked = pb.GetInvitationRequest(
            case_id=seen.case_id, recipient_id=_recipient(session, seen, who)
        )
        answer = session.ask(session.hearing_notices.GetInvitation(asked))
    file = saved(out, f"{seen.case_no}-{answer.sequence}.ics", answer.calendar)
    data = {"file": str(file), "method": answer.method, "sequence": answer.sequence}
    output.show(data, lambda: output.line("done.hearing_invitation", **data))


def resend(
    notice: Annotated[str, typer.Argument(metavar="NOTICE", help=say("opt.notice_id"))],
    case: Annotated[str, typer.Option("--case", help=say("opt.hearing_notices_case"))],
) -> None:
    """Try a message to somebody of the register again, after the contact was corrected."""
    with connected() as session:
        seen = seen_of(session, case)
        asked = pb.ListHearingNoticesRequest(case_id=seen.case_id)
        rpc = session.hearing_notices.ListHearingNotices
        found, _ = listed(session, rpc, asked, 1_000, "notices")
        one = next((row.delivery for row in found if _is_meant(row, notice)), None)
        if one is None:
            raise CommandFailed("NOTICE_UNKNOWN", notice=notice[:40])
        request = pb.RetryHearingNoticeRequest(
            request_id=new_request_id(), notice_id=one.notice_id, version=one.version
        )
        answer = session.ask(session.hearing_notices.RetryHearingNotice(request))
    output.show(plain(answer), lambda: output.line("notice.retried", case_no=seen.case_no))


def _is_meant(row: Any, text: str) -> bool:
    return bool(text) and row.HasField("delivery") and row.delivery.notice_id.endswith(text)


def object_to(
    case: Case,
    *,
    party: Annotated[str, typer.Option("--who", help=say("opt.hearing_party"))],
    member: Annotated[str, typer.Option("--member", help=say("opt.hearing_member"))],
    ground: Annotated[str, typer.Option("--ground", help=say("opt.objection_ground"))],
    why: Why,
    on: OnDay = "",
) -> None:
    """Take down that a party does not accept somebody of the list."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"party_id": Roll(session, seen).party(party, "--who")}

    said = {
        "member_no": number_of(member, "--member"),
        "ground": enum_number(GROUND, ground, "--ground"),
        "reason": why,
        "on_day": iso_day(on, "--on") or _today(),
    }
    hear("hearing_object", case, pb.ObjectToMemberRequest, given, **said)


def objection(
    case: Case,
    number: Annotated[int, typer.Argument(metavar="NO", help=say("opt.objection_no"))],
    *,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help=say("opt.hearing_upheld"))],
    why: Why,
    instead: Annotated[str, typer.Option("--instead", help=say("opt.hearing_instead"))] = "",
) -> None:
    """Decide an objection; upheld, somebody else of the register takes the place."""

    def given(session: Session, _: HearingSeen) -> dict[str, Any]:
        return {"person_id": person_id(session, instead, "--instead") if instead else ""}

    said = {"objection_no": number, "upheld": upheld, "reason": why}
    hear("hearing_objection", case, pb.DecideObjectionRequest, given, **said)


def objections(case: Case) -> None:
    """Objections to the list, with reasons; the reading is on record."""
    with connected() as session:
        asked = pb.ListObjectionsRequest(case_id=seen_of(session, case).case_id)
        data = plain(session.ask(session.hearing_notices.ListObjections(asked)))
    rows = [
        {
            **one,
            "reasons": one["reason"],
            "replaced_by": one["replaced_by"] or "",
            "objection_ground": word("objection_ground", one["ground"]),
            "objection_decision": word("objection_decision", one["decision"] or "open"),
        }
        for one in data["objections"]
    ]
    output.show(data, lambda: output.table(rows, OBJECTIONS))


def public_notices(
    unit: Annotated[str, typer.Option("--unit", help=say("opt.hearing_public_unit"))] = "",
) -> None:
    """Hearings that the public may attend: when, where, seats."""
    with connected() as session:
        asked = pb.ListPublicNoticesRequest(unit_id=unit)
        data = plain(session.ask(session.hearing_notices.ListPublicNotices(asked)))
        units = Units.of(session)
    rows = [_public_line(one, units) for one in data["notices"]]
    output.show(data, lambda: output.table(rows, PUBLIC))


def _public_line(one: Mapping[str, Any], units: Units) -> dict[str, Any]:
    titles = {name: units.title(one[name]) for name in ("unit_id", "site_id")}
    return {**one, **titles, "begins_at": one["begins"], "ends_at": one["ends"]}


def _today() -> str:
    return datetime.now(SHANGHAI).date().isoformat()
