"""复查、复核: asked by the resident or taken down for him, decided by the body above."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, case_id, new_request_id
from lianxin.cli.paging import listed
from lianxin.cli.params import Approve, Case, Grounds, Limit
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import review_pb2 as door_pb
from lianxin.routing.v1 import review_pb2 as pb

COLUMNS = (
    "case_no",
    "review_level",
    "review_state",
    "due_on",
    "overdue",
    "reviewed_title",
    "body_title",
    "received_on",
)
CARD = (*COLUMNS, "asked_at", "asked_by", "referral_id", "review_result", "decided_on")
TEXTS = ("grounds", "opinion", "basis")
Why = Annotated[str, typer.Option("--grounds", help=say("opt.review_grounds"))]


def ask(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=say("opt.code"))],
    grounds: Why,
) -> None:
    """Ask for review of the last answer, as the resident."""
    with connected(login=False) as session:
        request = door_pb.RequestReviewRequest(
            request_id=new_request_id(), case_no=number, query_code=code, grounds=grounds
        )
        answer = plain(session.ask(session.review_door.RequestReview(request)))
    output.show(answer, lambda: output.line("review.told", **answer))


def take_down(case: Case, grounds: Why) -> None:
    """Take down at the counter that the resident asks for review."""
    with connected() as session:
        request = pb.AskReviewRequest(
            request_id=new_request_id(), case_id=case_id(session, case), grounds=grounds
        )
        answer = plain(session.ask(session.review.AskReview(request)))
    shown = answer | {"level_word": word("review_level", answer["level"])}
    output.show(answer, lambda: output.line("review.taken", **shown))


def list_reviews(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.review_all"))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=say("opt.overdue"))] = False,
    limit: Limit = 50,
) -> None:
    """Reviews that wait for your unit, the earliest end first."""
    wanted = pb.ListReviewsRequest(unit_id=unit, all=everything, overdue=overdue)
    with connected() as session:
        found, more = listed(session, session.review.ListReviews, wanted, limit, "reviews")
    lines = [plain(one) for one in found]
    data = {"reviews": lines, "more": more}

    def people() -> None:
        output.table([_shown(one) for one in lines], COLUMNS)
        if data["more"]:
            output.line("more")

    output.show(data, people)


def show(case: Case) -> None:
    """The reviews of a case and what was written; the reading is on record."""
    with connected() as session:
        request = pb.GetReviewRequest(case_id=case_id(session, case))
        answer = plain(session.ask(session.review.GetReview(request)))

    def people() -> None:
        for paper in answer["papers"]:
            row = _shown(paper["review"])
            output.card({name: row[name] for name in CARD})
            output.card({name: paper[name] for name in TEXTS if paper[name]})
        if answer["may_ask"]:
            level = word("review_level", answer["may_ask"])
            key = "review.may_ask_until" if answer["until"] else "review.may_ask"
            output.line(key, level_word=level, until=answer["until"])

    output.show(answer, people)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the columns that have words of their own."""
    return row | {f"review_{name}": row[name] for name in ("level", "state", "result")}


def decide(
    case: Case,
    *,
    result: Annotated[str, typer.Option("--result", help=say("opt.review_result"))],
    opinion: Annotated[str, typer.Option("--opinion", help=say("opt.review_opinion"))],
    basis: Annotated[str, typer.Option("--basis", help=say("opt.review_basis"))],
    ending: Annotated[str, typer.Option("--ending", help=say("opt.review_ending"))] = "",
    due: Annotated[str, typer.Option("--due", help=say("opt.review_due"))] = "",
) -> None:
    """Propose the decision of the body with its written opinion."""
    decided = enum_number(pb.ReviewResult.DESCRIPTOR, result, "--result")
    ends = enum_number(common.EndingKind.DESCRIPTOR, ending, "--ending")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DecideReviewRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            result=decided,
            opinion=opinion,
            basis=basis,
            ending=ends,
            due_on=due,
        )
        return session.review.DecideReview(request)

    act("review_decide", case, call)


def approve(case: Case, *, approve: Approve = True, grounds: Grounds = "other") -> None:
    """Approve a proposed decision, as the second person."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ApproveReviewRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            approved=approve,
            grounds=grounds,
        )
        return session.review.ApproveReview(request)

    act("review_approve" if approve else "review_reject", case, call)


def redirect(
    case: Case,
    to: Annotated[str, typer.Option("--to", help=say("opt.review_body"))],
    grounds: Grounds = "not_competent",
) -> None:
    """Send a review on to another body that is competent."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RedirectReviewRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            body=to,
            grounds=grounds,
        )
        return session.review.RedirectReview(request)

    act("review_redirect", case, call, to=to)
