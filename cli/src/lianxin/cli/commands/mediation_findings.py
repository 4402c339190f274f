"""What was found, what came of each request, duties, dispositions, referrals."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli.dates import iso_day
from lianxin.cli.mediating.acts import MediationSeen, mediate
from lianxin.cli.mediating.reading import file_of, only, text_from
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.mediation.v1 import casework_pb2 as pb

Request = Annotated[int, typer.Option("--request", help=say("opt.mediated_request"))]
No = Annotated[int, typer.Option("--no", help=say("opt.entry_no"))]


def facts(
    case: Case,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.facts"))] = "",
    file: Annotated[Path | None, typer.Option("--file", help=say("opt.text_file"))] = None,
    hearing: Annotated[int, typer.Option("--hearing", help=say("opt.facts_hearing"))] = 0,
) -> None:
    """Record that the facts are established, what they are, and which hearing they rest on."""
    said = {"facts": text_from(text, file, "--file"), "hearing_number": hearing}
    mediate("mediation_facts", case, pb.EstablishFactsRequest, **said)


def find(
    case: Case,
    *,
    finding: Annotated[str, typer.Option("--finding", help=say("opt.finding"))],
    reasons: Annotated[str, typer.Option("--reasons", help=say("opt.finding_reasons"))] = "",
    request: Request = 0,
    due: Annotated[str, typer.Option("--due", help=say("opt.carry_out_by"))] = "",
) -> None:
    """Record what came of a request, with reasons (逐条反馈)."""
    said = {
        "finding": enum_number(pb.Finding.DESCRIPTOR, finding, "--finding"),
        "reasons": reasons,
        "due_on": iso_day(due, "--due"),
    }

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"request_no": request or _open_request(session, seen)}

    mediate("mediation_find", case, pb.FindRequestRequest, given, **said)


def _open_request(session: Session, seen: MediationSeen) -> int:
    """The only request there is, or the only one without a finding."""
    requests = file_of(session, seen.case_id).requests
    unanswered = [one.request_no for one in requests if not one.finding]
    return only(unanswered or [one.request_no for one in requests], "--request")


def answer(case: Case) -> None:
    """End by answering in writing: each request has its finding and reasons."""
    mediate("mediation_answer", case, pb.AnswerMediationRequest)


def carry_out(case: Case, request: Request = 0) -> None:
    """Record that a supported request was carried out (落实)."""

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"request_no": request or _supported(session, seen)}

    mediate("mediation_carry_out", case, pb.CarryOutRequest, given)


def _supported(session: Session, seen: MediationSeen) -> int:
    requests = file_of(session, seen.case_id).requests
    owed = [one for one in requests if one.finding == pb.FINDING_SUPPORTED]
    return only([o.request_no for o in owed if not o.HasField("carried_out_at")], "--request")


def duty(
    case: Case,
    what: Annotated[str, typer.Argument(metavar="DUTY", help=say("opt.duty"))],
    reported_to: Annotated[str, typer.Option("--reported-to", help=say("opt.reported_to"))] = "",
) -> None:
    """Record a duty to report, or with --reported-to that it was met."""
    number = enum_number(pb.Duty.DESCRIPTOR, what, "DUTY")
    mediate("mediation_duty", case, pb.NoteDutyRequest, duty=number, reported_to=reported_to)


def dispose(
    case: Case,
    disposition: Annotated[str, typer.Argument(metavar="KIND", help=say("opt.disposition"))],
    what: Annotated[str, typer.Option("--what", help=say("opt.disposed"))],
    basis: Annotated[str, typer.Option("--basis", help=say("opt.basis"))] = "",
) -> None:
    """Record a disposition of the claim (三到位一处理)."""
    number = enum_number(pb.Disposition.DESCRIPTOR, disposition, "KIND")
    said = {"disposition": number, "what": what, "basis": basis}
    mediate("mediation_dispose", case, pb.DisposeRequest, **said)


def approve_disposition(case: Case, no: No = 0) -> None:
    """Approve a referral to a body of the law, as the second person."""

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"no": no or _waiting(session, seen)}

    mediate("mediation_approve_disposition", case, pb.ApproveDispositionRequest, given)


def _waiting(session: Session, seen: MediationSeen) -> int:
    disposed = file_of(session, seen.case_id).dispositions
    by_law = [one for one in disposed if one.disposition == pb.DISPOSITION_BY_LAW]
    return only([one.no for one in by_law if not one.approved_by], "--no")


def refer(
    case: Case,
    *,
    kind: Annotated[str, typer.Option("--kind", help=say("opt.referral_kind"))] = "",
    to: Annotated[str, typer.Option("--to", help=say("opt.referred_to"))] = "",
    no: No = 0,
    outcome: Annotated[str, typer.Option("--outcome", help=say("opt.referral_outcome"))] = "",
) -> None:
    """Ask for help beside the mediation, or record what came of it with --outcome."""
    number = enum_number(pb.ReferralOutcome.DESCRIPTOR, outcome, "--outcome")
    said = {
        "kind": enum_number(pb.ReferralKind.DESCRIPTOR, kind, "--kind"),
        "unit_id": to,
        "outcome": number,
    }

    def given(session: Session, seen: MediationSeen) -> dict[str, Any]:
        return {"no": (no or _pending(session, seen)) if number else no}

    mediate("mediation_refer", case, pb.ReferRequest, given, **said)


def _pending(session: Session, seen: MediationSeen) -> int:
    referrals = file_of(session, seen.case_id).referrals
    return only([one.no for one in referrals if not one.HasField("answered_at")], "--no")
