"""Agreements: drafted, signed, performed, confirmed by a court."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.dates import day, moment
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.acts import MediationSeen, done, mediate, seen_of, told
from lianxin.cli.mediating.drafting import Draft, draft_from, today
from lianxin.cli.mediating.people import Registered
from lianxin.cli.mediating.reading import file_of, in_hand, only
from lianxin.cli.mediating.showing import agreement_data, show_agreement
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number, stamp
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2 as pb

FEN = 100
HANDS = {
    "mediator": pb.HAND_MEDIATOR,
    "seal": pb.HAND_SEAL,
    "record": pb.HAND_RECORD,
}
At = Annotated[str, typer.Option("--at", help=say("opt.hand_at"))]


def draft(
    case: Case,
    *,
    form: Annotated[str, typer.Option("--form", help=say("opt.agreement_form"))] = "written",
    part: Annotated[list[str] | None, typer.Option("--part", help=say("opt.part"))] = None,
    term: Annotated[list[str] | None, typer.Option("--term", help=say("opt.term"))] = None,
    file: Annotated[Path | None, typer.Option("--file", help=say("opt.agreement_file"))] = None,
) -> None:
    """Draft an agreement; what is on file already need not be written again."""
    wanted = draft_from(form, part or [], term or [], file)
    with connected() as session:
        seen, answer = done(session, case, pb.DraftAgreementRequest, wanted.given)
        version = _version(session, seen)
    told("agreement_draft", seen, answer, version=version, filled=_filled(wanted))


def _filled(wanted: Draft) -> str:
    return say("agreement.filled", parts="、".join(wanted.filled)) if wanted.filled else ""


def show(
    case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = ""
) -> None:
    """Every version of the agreement: words, terms, hands; the reading is on record."""
    with connected() as session:
        seen = seen_of(session, case)
        file = file_of(session, seen.case_id, why)
        registered = Registered(session, seen.case_id)
    agreements = agreement_data(file, registered)
    data = {"case_no": seen.case_no, "agreements": agreements}
    output.show(data, lambda: show_agreement(agreements))


def sign(
    case: Case,
    *,
    party: Annotated[list[str] | None, typer.Option("--party", help=say("opt.signs"))] = None,
    mediator: Annotated[bool, typer.Option("--mediator", help=say("opt.hand_mediator"))] = False,
    seal: Annotated[bool, typer.Option("--seal", help=say("opt.hand_seal"))] = False,
    record: Annotated[bool, typer.Option("--record", help=say("opt.hand_record"))] = False,
    by: Annotated[str, typer.Option("--by", help=say("opt.signing"))] = "",
    at: At = "",
) -> None:
    """Add hands; the last one that is needed brings the agreement into force."""
    chosen = {"mediator": mediator, "seal": seal, "record": record}
    hands = [HANDS[name] for name, given in chosen.items() if given]
    if not (hands or party):
        raise BadInput("HAND_NEEDED", field="--party")
    acting = enum_number(pb.Signing.DESCRIPTOR, by, "--by")
    when = stamp(moment(at, "--at")) if at else None
    with connected() as session:
        seen = seen_of(session, case)
        said = {"agreement_version": _version(session, seen), "at": when}
        signers = _signers(session, seen, party or [])
        each = [{"hand": pb.HAND_PARTY, "party_id": one, "by": acting} for one in signers]
        each += [{"hand": hand} for hand in hands]
        answers = [done(session, case, pb.SignAgreementRequest, **said, **one) for one in each]
    told("agreement_sign", seen, answers[-1][1], version=said["agreement_version"])


def _signers(session: Session, seen: MediationSeen, said: list[str]) -> list[str]:
    if not said:
        return []
    registered = Registered(session, seen.case_id)
    return [registered.party(one, "--party") for one in said]


def _version(session: Session, seen: MediationSeen) -> int:
    """The version in hand. Raises BadInput when there is none."""
    asked = pb.GetCaseworkRequest(case_id=seen.case_id)
    version = int(session.ask(session.mediation.GetCasework(asked)).agreement_version)
    if not version:
        raise BadInput("AGREEMENT_NONE", field="CASE", case=seen.case_no)
    return version


def drop(case: Case) -> None:
    """Give up an agreement that nobody signs after all."""
    mediate("agreement_drop", case, pb.DropAgreementRequest)


def render(
    case: Case,
    *,
    term: Annotated[int, typer.Option("--term", help=say("opt.term_no"))] = 0,
    amount: Annotated[float, typer.Option("--amount", min=0, help=say("opt.amount"))] = 0,
    whole: Annotated[bool, typer.Option("--whole", help=say("opt.whole"))] = False,
    on: Annotated[str, typer.Option("--on", help=say("opt.rendered_on"))] = "",
) -> None:
    """Record that something was done on a term."""
    said = {
        "done_on": (day(on, "--on") if on else today()).isoformat(),
        "amount_fen": round(amount * FEN),
        "whole": whole,
    }

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"term_no": term or _owed(session, seen)}

    mediate("agreement_render", case, pb.RenderTermRequest, given, **said)


def _owed(session: Session, seen: MediationSeen) -> int:
    """The only term that is not performed yet."""
    agreement = in_hand(file_of(session, seen.case_id))
    terms = [one.term for one in agreement.terms] if agreement else []
    return only([one.no for one in terms if one.standing != "performed"], "--term")


def default(case: Case) -> None:
    """Record that a term is overdue, with what is open next."""
    mediate("agreement_default", case, pb.NoteDefaultRequest)


def resume(case: Case) -> None:
    """Record that performance goes on after a default."""
    mediate("agreement_resume", case, pb.ResumePerformanceRequest)


def confirm(
    case: Case,
    result: Annotated[str, typer.Argument(metavar="RESULT", help=say("opt.confirmation"))],
    at: At = "",
) -> None:
    """Record that the parties applied for judicial confirmation, or what the court answered."""
    number = enum_number(pb.Confirmation.DESCRIPTOR, result, "RESULT")
    when = stamp(moment(at, "--at")) if at else None
    mediate("agreement_confirm", case, pb.RecordConfirmationRequest, result=number, at=when)
