"""How a case ends: withdrawn, voided, closed; and reopening."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act, act_and_look
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.params import Approve, Case, Grounds, Note
from lianxin.cli.plain import checked_code, enum_code, enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.routing.v1 import custody_pb2 as pb


def withdraw(
    case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.withdraw_why"))]
) -> None:
    """Take down that the resident withdraws."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = intake_pb.WithdrawCaseRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, why=why
        )
        return session.intake.WithdrawCase(request)

    act("withdraw", case, call, intake=True)


def confirm_withdrawal(
    case: Case,
    confirmed: Annotated[bool, typer.Option("--yes/--no", help=say("opt.withdraw_confirmed"))],
) -> None:
    """Confirm a withdrawal with the resident; not by the handler."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = intake_pb.ConfirmWithdrawalRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            confirmed=confirmed,
        )
        return session.intake.ConfirmWithdrawal(request)

    act("confirm_withdrawal", case, call, intake=True)


def void(case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.void_why"))]) -> None:
    """Void a registration made by mistake (误登)."""
    code = checked_code("void_why", why, "--why")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = intake_pb.VoidCaseRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, why=code
        )
        return session.intake.VoidCase(request)

    act("void", case, call, intake=True)


def close(
    case: Case,
    ending: Annotated[str, typer.Option("--ending", help=say("opt.ending"))],
    grounds: Grounds = "",
    note: Note = "",
    review_route_told: Annotated[
        bool, typer.Option("--review-route-told", help=say("opt.review_route_told"))
    ] = False,
) -> None:
    """End a case with its ending (办结)."""
    number = enum_number(common.EndingKind.DESCRIPTOR, ending, "--ending")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.CloseCaseRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            ending=number,
            grounds=grounds or enum_code(common.EndingKind.DESCRIPTOR, number),
            note=note,
            review_route_told=review_route_told,
        )
        return session.custody.CloseCase(request)

    act("close", case, call)


def decide_closing(case: Case, approve: Approve, grounds: Grounds = "other") -> None:
    """Decide a proposed ending, as the second person."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.DecideClosingRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            approved=approve,
            grounds=grounds,
        )
        return session.custody.DecideClosing(request)

    act("decide_closing", case, call)


def reopen(
    case: Case, grounds: Annotated[str, typer.Option("--grounds", help=say("opt.reopen_grounds"))]
) -> None:
    """Reopen an ended case."""
    code = checked_code("reopen_grounds", grounds, "--grounds")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ReopenCaseRequest(
            request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, grounds=code
        )
        return session.custody.ReopenCase(request)

    act_and_look("reopen", case, call)
