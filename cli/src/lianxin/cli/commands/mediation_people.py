"""Opening a mediation, who takes part, who mediates."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import in_custody, new_request_id
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.files.units import Units
from lianxin.cli.mediating.acts import MediationSeen, mediate, seen_of
from lianxin.cli.mediating.people import Registered, mediator_ids, register_of
from lianxin.cli.mediating.texts import in_words, text_of
from lianxin.cli.params import Case, Note
from lianxin.cli.plain import checked_code, enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2
from lianxin.mediation.v1.mediation_service_pb2 import OpenMediationRequest

KIND = mediation_pb2.MediationKind.DESCRIPTOR
LANGUAGES = "mediation_language"
SUGGESTED = ("mediator", "unit", "points", "reasons")
BARRED = ("mediator", "unit", "barred")
ACTS_FOR = frozenset({"guardian", "agent"})
FLAGS = ("may_settle", "organisation", "needs_guardian")
Kind = Annotated[str, typer.Option("--kind", help=say("opt.mediation_kind"))]
Who = Annotated[list[str], typer.Argument(metavar="MEDIATOR…", help=say("opt.mediators"))]
Asked = Annotated[list[str] | None, typer.Option("--for-applicant", help=say("opt.chosen"))]
AskedToo = Annotated[list[str] | None, typer.Option("--for-respondent", help=say("opt.chosen"))]


def open_mediation(case: Case, kind: Kind = "peoples", note: Note = "") -> None:
    """Open the mediation of an accepted case that your unit holds."""
    number = enum_number(KIND, kind, "--kind")
    with connected() as session:
        seen = in_custody(session, case)
        request = OpenMediationRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            epoch=seen.seen.epoch,
            kind=number,
            note=note,
        )
        try:
            answer = plain(session.ask(session.mediation.OpenMediation(request)))
        except Remote as error:
            raise in_words(error) from None
    output.show(answer, lambda: output.line("done.mediation_open", case_no=seen.case_no))


def parties(
    case: Case,
    *,
    party: Annotated[list[str] | None, typer.Option("--party", help=say("opt.takes_part"))] = None,
    request: Annotated[list[int] | None, typer.Option("--request", help=say("opt.nos"))] = None,
    duty: Annotated[list[str] | None, typer.Option("--duty", help=say("opt.duty"))] = None,
    family_violence: Annotated[
        bool, typer.Option("--family-violence", help=say("opt.family_violence"))
    ] = False,
) -> None:
    """Say who takes part; what is not said is taken from the registration."""
    duties = [enum_number(pb.Duty.DESCRIPTOR, one, "--duty") for one in duty or []]

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        registered = Registered(session, seen.case_id)
        people = {one.party_id: one for one in registered.participants()}
        for text in party or []:
            one = _participant(registered, text)
            people[one.party_id] = one
        asked = request or [one.no for one in registered.content.requests]
        return {"participants": list(people.values()), "requests": asked or [1]}

    said = {"duties": duties, "family_violence": family_violence}
    mediate("mediation_parties", case, pb.NamePartiesRequest, given, **said)


def _participant(registered: Registered, text: str) -> pb.Participant:
    """`PARTY side=respondent capacity=agent for=PARTY may_settle needs_guardian organisation`."""
    who, *pairs = text.split()
    told = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = told.keys() - {"side", "capacity", "for", *FLAGS}
    if unknown:
        raise BadInput("PARTY_PAIR_INVALID", field="--party", value=", ".join(sorted(unknown))[:40])
    party_id = registered.party(who, "--party")
    known = next((one for one in registered.participants() if one.party_id == party_id), None)
    one = known or pb.Participant(party_id=party_id, capacity=pb.CAPACITY_PARTY)
    if told.get("side"):
        one.side = enum_number(pb.Side.DESCRIPTOR, told["side"], "--party")
    if told.get("capacity"):
        one.capacity = enum_number(pb.Capacity.DESCRIPTOR, told["capacity"], "--party")
    if told.get("for"):
        one.for_party_id = registered.party(told["for"], "--party")
    for flag in FLAGS:
        setattr(one, flag, getattr(one, flag) or flag in told)
    return one


def suggest(
    case: Case,
    *,
    language: Annotated[list[str] | None, typer.Option(help=say("opt.languages"))] = None,
    for_applicant: Asked = None,
    for_respondent: AskedToo = None,
) -> None:
    """Mediators for the case, best first, with the reasons; a person decides."""
    with connected() as session:
        wanted = pb.SuggestMediatorsRequest(
            case_id=seen_of(session, case).case_id,
            languages=[checked_code(LANGUAGES, one, "--language") for one in language or []],
            chosen_by_applicant_ids=mediator_ids(session, for_applicant or [], "--for-applicant"),
            chosen_by_respondent_ids=mediator_ids(
                session, for_respondent or [], "--for-respondent"
            ),
        )
        answer = plain(session.ask(session.mediation.SuggestMediators(wanted)))
        called = {line.entry.mediator_id: line.entry.staff for line in register_of(session)}
        units = Units.of(session)
    for one in (*answer["suggested"], *answer["barred"]):
        one["staff"] = called.get(one["mediator_id"], "")
        one["unit_title"] = units.title(one["unit_id"])
        one["reason_texts"] = [text_of(reason) for reason in one["reasons"]]
        one["barred_text"] = text_of(one["barred"]) if one["barred"] else ""
    output.show(answer, lambda: _suggested(answer))


def _suggested(answer: dict[str, Any]) -> None:
    output.table(map(_line, answer["suggested"]), SUGGESTED, title=say("mediation.suggested"))
    if answer["barred"]:
        output.table(map(_line, answer["barred"]), BARRED, title=say("mediation.barred"))


def _line(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "mediator": one["staff"] or one["mediator_id"],
        "unit": one["unit_title"],
        "points": one["score"],
        "reasons": one["reason_texts"],
        "barred": one["barred_text"],
    }


def assign(case: Case, mediator: Who) -> None:
    """Decide who mediates; who is not named any more is relieved."""

    def given(session: Session, _: MediationSeen) -> dict[str, Any]:
        return {"mediator_ids": mediator_ids(session, mediator, "MEDIATOR")}

    mediate("mediation_assign", case, pb.AssignMediatorsRequest, given)


def recuse(
    case: Case,
    mediator: Annotated[str, typer.Argument(metavar="MEDIATOR", help=say("opt.mediator"))],
    why: Annotated[str, typer.Option("--why", help=say("opt.recusal"))],
    subject: Annotated[str, typer.Option("--subject", help=say("opt.recusal_subject"))] = "",
) -> None:
    """Relieve a mediator who has an interest, or whom a party wants replaced (回避)."""
    number = enum_number(pb.Recusal.DESCRIPTOR, why, "--why")

    def given(session: Session, _: MediationSeen) -> dict[str, Any]:
        return {"mediator_id": mediator_ids(session, [mediator], "MEDIATOR")[0]}

    said = {"why": number, "subject_id": subject}
    mediate("mediation_recuse", case, pb.RecuseMediatorRequest, given, **said)
