"""What goes to and comes from above and outside: reports, referrals, assignments."""

from typing import Annotated, Any

import typer

from lianxin.cli.acting import act
from lianxin.cli.cases import CaseSeen, new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.params import Case, Due, Note
from lianxin.cli.plain import checked_code
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.routing.v1 import custody_pb2 as pb

Body = Annotated[str, typer.Option("--body", help=say("opt.body"))]


def report_up(
    case: Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.report_text"))],
    kind: Annotated[str, typer.Option("--kind", help=say("opt.report_kind"))] = "progress",
) -> None:
    """Report to the upper unit; custody stays (情况上报)."""
    code = checked_code("report_kind", kind, "--kind")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ReportUpRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            kind=code,
            text=text,
        )
        return session.custody.ReportUp(request)

    act("report_up", case, call)


def acknowledge(
    case: Case, report: Annotated[str, typer.Argument(metavar="REPORT", help=say("opt.report"))]
) -> None:
    """Acknowledge a report."""

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.AcknowledgeReportRequest(
            request_id=new_request_id(), case_id=seen.case_id, report_id=report
        )
        return session.custody.AcknowledgeReport(request)

    act("acknowledge", case, call)


def refer_out(
    case: Case,
    *,
    body: Body,
    due: Due = "",
    letter_no: Annotated[str, typer.Option(help=say("opt.letter_no"))] = "",
    ends: Annotated[bool, typer.Option("--ends", help=say("opt.ends"))] = False,
    note: Note = "",
) -> None:
    """Refer to a body outside (移送、导入)."""
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.ReferOutRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            outside_unit=body,
            due_on=due_on,
            letter_no=letter_no,
            ends=ends,
            note=note,
        )
        return session.custody.ReferOut(request)

    act("refer_out", case, call)


def referral(
    case: Case,
    state: Annotated[str, typer.Argument(metavar="STATE", help=say("opt.referral_state"))],
    answer: Annotated[str, typer.Option("--answer", help=say("opt.referral_answer"))] = "",
    referral_id: Annotated[str, typer.Option("--referral", help=say("opt.referral"))] = "",
) -> None:
    """Record what the outside body did."""
    code = checked_code("referral_state", state, "STATE")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RecordReferralRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            referral_id=referral_id or _only_referral(seen),
            state=code,
            answer=answer,
        )
        return session.custody.RecordReferral(request)

    act("referral", case, call)


def from_outside(
    case: Case,
    body: Body,
    their_no: Annotated[str, typer.Option(help=say("opt.their_no"))],
    due: Due = "",
    report_owed: Annotated[
        bool, typer.Option("--report-owed", help=say("opt.report_owed"))
    ] = False,
) -> None:
    """Record what a superior assigned (上级交办)."""
    due_on = iso_day(due, "--due")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.RecordAssignmentRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            outside_unit=body,
            their_no=their_no,
            due_on=due_on,
            report_owed=report_owed,
        )
        return session.custody.RecordAssignment(request)

    act("from_outside", case, call)


def _only_referral(seen: CaseSeen) -> str:
    waiting = [
        row.referral_id for row in seen.message.referrals if row.state in {"sent", "received"}
    ]
    if len(waiting) != 1:
        raise BadInput("NAME_ONE", field="--referral", ids_shown=", ".join(waiting))
    return str(waiting[0])
