"""Opinions of the panel, the conclusion, its service, and its publication."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.clock import SHANGHAI
from lianxin.cli.dates import iso_day
from lianxin.cli.hearings.acts import HearingSeen, hear
from lianxin.cli.hearings.people import Roll, conclusion_of, number_of
from lianxin.cli.mediating.reading import only, text_from
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.hearing.v1 import conclusion_pb2 as pb

Party = Annotated[str, typer.Option("--party", help=say("opt.hearing_party"))]
Text = Annotated[str, typer.Option("--text", help=say("opt.hearing_text"))]
TextFile = Annotated[Path | None, typer.Option("--file", help=say("opt.hearing_text_file"))]
Which = Annotated[int, typer.Option("--number", help=say("opt.hearing_publication"))]


def opinion(
    case: Case,
    *,
    member: Annotated[str, typer.Option("--member", help=say("opt.hearing_member"))],
    says: Annotated[str, typer.Option("--says", help=say("opt.hearing_says"))],
    reasons: Annotated[str, typer.Option("--reasons", help=say("opt.hearing_reasons"))],
) -> None:
    """Keep what a member of the panel holds, once; sealed until all gave theirs."""
    said = {
        "member_no": number_of(member, "--member"),
        "opinion": enum_number(pb.Opinion.DESCRIPTOR, says, "--says"),
        "reasons": reasons,
    }
    hear("hearing_opinion", case, pb.GiveOpinionRequest, **said)


def conclude(
    case: Case,
    *,
    found: Annotated[str, typer.Option("--found", help=say("opt.hearing_found"))],
    reasons: Annotated[str, typer.Option("--reasons", help=say("opt.hearing_reasons"))],
    text: Text = "",
    file: TextFile = None,
    later: Annotated[bool, typer.Option("--later", help=say("opt.hearing_later"))] = False,
) -> None:
    """Conclude with what the majority of the panel holds."""
    said = {
        "read_out": pb.READ_OUT_LATER if later else pb.READ_OUT_ON_THE_SPOT,
        "found": found,
        "reasons": reasons,
        "text": text_from(text, file, "--file"),
    }
    hear("hearing_conclude", case, pb.ConcludeRequest, **said)


def serve(
    case: Case,
    *,
    party: Party,
    by: Annotated[str, typer.Option("--by", help=say("opt.hearing_served_by"))],
    method: Annotated[str, typer.Option("--method", help=say("opt.hearing_method"))] = "direct",
    on: Annotated[str, typer.Option("--on", help=say("opt.hearing_served_on"))] = "",
    receipt: Annotated[str, typer.Option("--receipt", help=say("opt.hearing_receipt"))] = "",
    note: Annotated[str, typer.Option("--note", help=say("opt.hearing_service_note"))] = "",
    through: Annotated[str, typer.Option("--through", help=say("opt.hearing_through"))] = "",
    corrects: Annotated[int, typer.Option("--corrects", help=say("opt.hearing_corrects"))] = 0,
) -> None:
    """Keep a service of the conclusion on a party, with its proof."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        roll = Roll(session, seen)
        handed_to = roll.party(through, "--through") if through else ""
        return {"party_id": roll.party(party, "--party"), "through_id": handed_to}

    said = {
        "method": enum_number(pb.ServiceMethod.DESCRIPTOR, method, "--method"),
        "served_on": iso_day(on, "--on") or _today(),
        "served_by": by,
        "receipt_no": receipt,
        "note": note,
        "corrects": corrects,
    }
    hear("hearing_serve", case, pb.ServeConclusionRequest, given, **said)


def consent(
    case: Case,
    *,
    party: Party,
    given: Annotated[bool, typer.Option("--given/--refused", help=say("opt.hearing_consent"))],
    paper: Annotated[str, typer.Option("--paper", help=say("opt.hearing_paper"))],
    on: Annotated[str, typer.Option("--on", help=say("opt.hearing_consent_on"))] = "",
) -> None:
    """Keep a party's written word on publication."""

    def who(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"party_id": Roll(session, seen).party(party, "--party")}

    said = {"given": given, "on_day": iso_day(on, "--on") or _today(), "paper": paper}
    hear("hearing_consent", case, pb.NotePublicationConsentRequest, who, **said)


def publish(
    case: Case,
    *,
    until: Annotated[str, typer.Option("--until", help=say("opt.hearing_published_until"))],
    text: Text = "",
    file: TextFile = None,
) -> None:
    """Propose the anonymised text of a publication; a second person decides on it."""
    said = {"text": text_from(text, file, "--file"), "take_down_on": iso_day(until, "--until")}
    hear("hearing_publish", case, pb.ProposePublicationRequest, **said)


def decide_publication(
    case: Case,
    *,
    approve: Annotated[bool, typer.Option("--approve/--reject", help=say("opt.hearing_approve"))],
    number: Which = 0,
) -> None:
    """Decide on the preview of a publication, as a second person."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"publication_no": _which(session, seen, number, pb.PUBLICATION_STATE_PROPOSED)}

    verb = "hearing_published" if approve else "hearing_rejected"
    hear(verb, case, pb.DecidePublicationRequest, given, approved=approve)


def take_down(case: Case, *, number: Which = 0) -> None:
    """Take a publication down before its day."""

    def given(session: Session, seen: HearingSeen) -> dict[str, Any]:
        return {"publication_no": _which(session, seen, number, pb.PUBLICATION_STATE_PUBLISHED)}

    hear("hearing_take_down", case, pb.TakeDownRequest, given)


def _which(session: Session, seen: HearingSeen, number: int, state: Any) -> int:
    """The number that was given, or that of the only publication in this state."""
    if number:
        return number
    publications = conclusion_of(session, seen).publications
    return only([one.publication_no for one in publications if one.state == state], "--number")


def _today() -> str:
    return datetime.now(SHANGHAI).date().isoformat()
