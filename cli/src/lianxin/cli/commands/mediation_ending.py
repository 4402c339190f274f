"""How a mediation ends: failed, refused, withdrawn, and closed past its guards."""

from typing import Annotated, Any

import typer

from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.mediating.acts import MediationSeen, mediate
from lianxin.cli.params import Approve, Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import codes, say, word
from lianxin.mediation.v1 import casework_pb2 as pb

CLOSED = "closed"
ENDINGS = {
    "performed": pb.MEDIATION_ENDING_SETTLED,
    "performing": pb.MEDIATION_ENDING_AGREED,
    "refused": pb.MEDIATION_ENDING_REFUSED,
    "withdrawn": pb.MEDIATION_ENDING_WITHDRAWN,
}
"""The one ending that a state leads to; from others the person says which."""


def ask(
    case: Case,
    asked: Annotated[str, typer.Argument(metavar="ANSWER", help=say("opt.asked"))],
) -> None:
    """Record what came of asking the resident before closing."""
    number = enum_number(pb.Asked.DESCRIPTOR, asked, "ANSWER")
    mediate("mediation_ask", case, pb.AskResidentRequest, asked=number)


def fail(
    case: Case,
    route: Annotated[list[str], typer.Option("--route", help=say("opt.other_ways"))],
) -> None:
    """End a mediation without agreement, naming the other ways."""
    routes = [enum_number(pb.Route.DESCRIPTOR, one, "--route") for one in route]
    mediate("mediation_fail", case, pb.FailMediationRequest, routes=routes)


def again(case: Case) -> None:
    """Bring the sides back to the table after failure, default or withdrawal."""
    mediate("mediation_again", case, pb.MediateAgainRequest)


def refuse(
    case: Case,
    ground: Annotated[str, typer.Option("--ground", help=say("opt.refusal_ground"))],
) -> None:
    """Propose not to mediate (不予调解); a second person decides."""
    number = enum_number(pb.RefusalGround.DESCRIPTOR, ground, "--ground")
    mediate("mediation_refuse", case, pb.RefuseMediationRequest, ground=number)


def decide_refusal(case: Case, approve: Approve) -> None:
    """Decide a proposed refusal, as the second person."""
    mediate("mediation_decide_refusal", case, pb.DecideRefusalRequest, approved=approve)


def withdraw(case: Case) -> None:
    """Take down that a side withdraws; somebody else asks again."""
    mediate("mediation_withdraw", case, pb.WithdrawMediationRequest)


def confirm_withdrawal(case: Case, approve: Approve) -> None:
    """Record what was said when asked again; not by the mediator or who took it down."""
    mediate("mediation_confirm_withdrawal", case, pb.ConfirmWithdrawalRequest, approved=approve)


def propose_closing(
    case: Case,
    review_told: Annotated[
        bool, typer.Option("--review-told", help=say("opt.review_route_told"))
    ] = False,
) -> None:
    """Propose a procedural ending (程序性办结); a second person decides."""
    mediate("mediation_propose_closing", case, pb.ProposeClosingRequest, review_told=review_told)


def decide_closing(case: Case, approve: Approve) -> None:
    """Decide a proposed procedural ending, as the second person."""
    mediate("mediation_decide_closing", case, pb.DecideClosingRequest, approved=approve)


def close(
    case: Case,
    ending: Annotated[str, typer.Option("--ending", help=say("opt.mediation_ending"))] = "",
) -> None:
    """Close the mediation, or hear everything that is missing (三个不结案)."""
    number = enum_number(pb.MediationEnding.DESCRIPTOR, ending, "--ending")

    def given(_: Session, seen: MediationSeen) -> dict[str, Any]:
        _expect_open(seen)
        chosen = number or ENDINGS.get(seen.state)
        if not chosen:
            raise BadInput("ENDING_NEEDED", field="--ending", words=_endings())
        return {"ending": chosen}

    mediate("mediation_close", case, pb.CloseMediationRequest, given)


def _expect_open(seen: MediationSeen) -> None:
    """Nothing is asked about what is over. Raises CommandFailed."""
    if seen.ended:
        raise CommandFailed("MEDIATED_CASE_ENDED", case_no=seen.case_no)
    if seen.state == CLOSED:
        raise CommandFailed("MEDIATION_CLOSED", case_no=seen.case_no)


def _endings() -> str:
    found = codes("mediation_ending")
    return ", ".join(f"{one} ({word('mediation_ending', one)})" for one in found)
