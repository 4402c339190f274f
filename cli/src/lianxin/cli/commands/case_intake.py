"""Accepting, refusing, amending and answering a registered matter."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, case_id, new_request_id
from lianxin.cli.dates import moment
from lianxin.cli.drafts import party
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Approve, Case
from lianxin.cli.plain import checked_code, enum_number, stamp
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as matter
from lianxin.intake.v1 import intake_service_pb2 as pb

Procedure = Annotated[str, typer.Option("--procedure", help=say("opt.procedure"))]
Category = Annotated[str, typer.Option("--category", help=say("opt.category"))]
Difficulty = Annotated[str, typer.Option("--difficulty", help=say("opt.difficulty"))]
Colour = Annotated[str, typer.Option("--colour", help=say("opt.colour"))]
People = Annotated[list[str] | None, typer.Option("--add-party", help=say("opt.add_party"))]


def accept(
    case: Case,
    *,
    procedure: Procedure = "",
    category: Category = "",
    difficulty: Difficulty = "",
    colour: Colour = "",
    at: Annotated[str, typer.Option("--at", help=say("opt.accepted_at"))] = "",
) -> None:
    """Accept a matter (受理); what is not named is taken from the suggestions."""
    said = {
        "procedure": enum_number(common.Procedure.DESCRIPTOR, procedure, "--procedure"),
        "difficulty": enum_number(common.Difficulty.DESCRIPTOR, difficulty, "--difficulty"),
        "colour": enum_number(common.Colour.DESCRIPTOR, colour, "--colour"),
        "category": checked_code("category", category, "--category"),
        "accepted_at": stamp(moment(at, "--at")) if at else None,
    }

    def call(session: Session, seen: CaseSeen) -> Any:
        chosen = dict(said)
        if not procedure:  # the resident's matter was classified at the counter
            chosen["procedure"] = seen.message.content.procedure
        request = pb.AcceptCaseRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, **chosen
        )
        return session.intake.AcceptCase(request)

    act("accept", case, call, intake=True)


def classify(
    case: Case,
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…", help=say("opt.classify"))],
) -> None:
    """Confirm suggestions or replace them: `category=water colour=yellow`."""
    confirmations = [_confirmation(text) for text in values]

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ConfirmSuggestionsRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            confirmations=confirmations,
        )
        return session.intake.ConfirmSuggestions(request)

    act("classify", case, call, intake=True)


def _confirmation(text: str) -> pb.Confirmation:
    field, equals, value = text.partition("=")
    if not equals:
        raise BadInput("PAIR_INVALID", field="FIELD=VALUE", value=text[:40])
    name = checked_code("field", field, "FIELD")
    return pb.Confirmation(field=name, value=checked_code(name, value, name))


def amend(
    case: Case,
    *,
    why: Annotated[str, typer.Option("--why", help=say("opt.amend_why"))] = "",
    narrative: Annotated[str | None, typer.Option(help=say("opt.narrative"))] = None,
    place_code: Annotated[str | None, typer.Option(help=say("opt.place_code"))] = None,
    place_text: Annotated[str | None, typer.Option(help=say("opt.place_text"))] = None,
    category: Annotated[str | None, typer.Option(help=say("opt.category"))] = None,
    add_request: Annotated[list[str] | None, typer.Option(help=say("opt.add_request"))] = None,
    add_party: People = None,
) -> None:
    """Amend what was taken down (补正)."""
    code = None if category is None else checked_code("category", category, "--category")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AmendCaseRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            narrative=narrative,
            place_code=place_code,
            place_text=place_text,
            category=code,
            add_requests=[matter.Request(text=text) for text in add_request or []],
            add_parties=[party(text, "--add-party") for text in add_party or []],
            why=why,
        )
        return session.intake.AmendCase(request)

    act("amend", case, call, intake=True)


def refuse(
    case: Case,
    kind: Annotated[str, typer.Option("--kind", help=say("opt.refusal_kind"))],
    grounds: Annotated[str, typer.Option("--grounds", help=say("opt.refusal_grounds"))],
    route: Annotated[str, typer.Option("--route", help=say("opt.route"))] = "",
    accepted: Annotated[str, typer.Option("--accepted-case", help=say("opt.accepted"))] = "",
) -> None:
    """Refuse with one of the five documents; a second person decides."""
    number = enum_number(pb.RefusalKind.DESCRIPTOR, kind, "--kind")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RefuseCaseRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            kind=number,
            grounds=grounds,
            route=route,
            accepted_case_id=case_id(session, accepted) if accepted else "",
        )
        return session.intake.RefuseCase(request)

    act("refuse", case, call, intake=True)


def decide_refusal(
    case: Case, approve: Approve, why: Annotated[str, typer.Option(help=say("opt.why"))] = ""
) -> None:
    """Decide a proposed refusal, as the second person."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DecideRefusalRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            approved=approve,
            why=why,
        )
        return session.intake.DecideRefusal(request)

    act("decide_refusal", case, call, intake=True)


def answer(
    case: Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.answer_text"))],
    settled: Annotated[bool, typer.Option("--settled", help=say("opt.settled"))] = False,
    request_no: Annotated[int, typer.Option("--request", min=0, help=say("opt.request_no"))] = 0,
    finding: Annotated[str, typer.Option("--finding", help=say("opt.finding"))] = "explained",
) -> None:
    """Answer on the spot, or answer one request of several."""
    code = checked_code("finding", finding, "--finding")

    def call(session: Session, seen: CaseSeen) -> Any:
        common_fields: dict[str, Any] = {
            "request_id": new_request_id(),
            "case_id": seen.case_id,
            "seen": seen.seen,
        }
        if request_no:
            request = pb.AddFindingRequest(
                **common_fields, request_no=request_no, finding=code, answer=text
            )
            return session.intake.AddFinding(request)
        on_the_spot = pb.AnswerOnTheSpotRequest(**common_fields, answer=text, settled=settled)
        return session.intake.AnswerOnTheSpot(on_the_spot)

    act("answer", case, call, intake=True)
