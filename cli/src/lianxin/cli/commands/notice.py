"""Notices: who was told, who could not be, and what a person does about it."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import in_intake, new_request_id
from lianxin.cli.errors import CommandFailed
from lianxin.cli.paging import listed, pages
from lianxin.cli.params import Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.common.v1 import notice_pb2 as common
from lianxin.intake.v1 import notice_pb2 as pb
from lianxin.routing.v1 import notice_pb2 as to_staff

MOST = 2_000
"""How many notices a short id is looked for in."""
COLUMNS = (
    "notice_id",
    "case_no",
    "notice_template",
    "party_role",
    "notice_state",
    "notice_reason",
    "notice_channel",
    "tries",
    "at",
)
Notice = Annotated[str, typer.Argument(metavar="NOTICE", help=say("opt.notice_id"))]
OfCase = Annotated[str, typer.Option("--case", help=say("opt.notice_case"))]


def list_notices(
    *,
    case: OfCase = "",
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    only_open: Annotated[bool, typer.Option("--open", help=say("opt.notice_open"))] = False,
    staff: Annotated[bool, typer.Option("--staff", help=say("opt.notice_staff"))] = False,
    limit: Limit = 50,
) -> None:
    """Who was told what, and who could not be."""
    with connected() as session:
        if staff:
            ours = to_staff.ListStaffNoticesRequest(unit_id=unit, open=only_open)
            rpc = session.staff_notices.ListStaffNotices
            found, more = listed(session, rpc, ours, limit, "notices")
        else:
            wanted = _wanted(session, case, unit, only_open=only_open)
            found, more = listed(session, session.notices.ListNotices, wanted, limit, "notices")
    lines = [plain(one) for one in found]
    data = {"notices": lines, "more": more}
    output.show(data, lambda: _people(lines, more=more))


def _wanted(
    session: Session, case: str, unit: str = "", *, only_open: bool = False
) -> pb.ListNoticesRequest:
    case_id = in_intake(session, case).case_id if case else ""
    return pb.ListNoticesRequest(case_id=case_id, unit_id=unit, open=only_open)


def _people(lines: list[dict[str, Any]], *, more: bool) -> None:
    output.table([worded(one) for one in lines], COLUMNS)
    if more:
        output.line("more")


def worded(line: dict[str, Any]) -> dict[str, Any]:
    """A notice with its codes under names that have words, and the end of its id."""
    return line | {
        "notice_id": line["notice_id"][-12:],
        "notice_template": line["template"],
        "party_role": line["role"],
        "notice_state": line["state"],
        "notice_reason": line["reason"],
        "notice_channel": line["channel"],
    }


def retry(
    notice: Notice,
    case: OfCase = "",
    *,
    staff: Annotated[bool, typer.Option("--staff", help=say("opt.notice_staff"))] = False,
) -> None:
    """Try one again that a machine gave up."""
    with connected() as session:
        if staff:
            _retry_staff(session, notice)
            return
        one = _found(session, notice, _wanted(session, case))
        request = pb.RetryNoticeRequest(
            request_id=new_request_id(), notice_id=one.notice_id, version=one.version
        )
        answer = session.ask(session.notices.RetryNotice(request))
    output.show(plain(answer), lambda: output.line("notice.retried", case_no=one.case_no))


def _retry_staff(session: Session, notice: str) -> None:
    one = _found(session, notice, to_staff.ListStaffNoticesRequest())
    request = to_staff.RetryStaffNoticeRequest(
        request_id=new_request_id(), notice_id=one.notice_id, version=one.version
    )
    answer = session.ask(session.staff_notices.RetryStaffNotice(request))
    output.show(plain(answer), lambda: output.line("notice.retried", case_no=one.case_no))


def told(notice: Notice, case: OfCase = "") -> None:
    """A person told the recipient."""
    with connected() as session:
        one = _found(session, notice, _wanted(session, case))
        request = pb.MarkToldRequest(
            request_id=new_request_id(), notice_id=one.notice_id, version=one.version
        )
        answer = session.ask(session.notices.MarkTold(request))
    output.show(plain(answer), lambda: output.line("notice.told", case_no=one.case_no))


def report(
    notice: Annotated[str, typer.Argument(metavar="KEY", help=say("opt.notice_key"))],
    lost: Annotated[bool, typer.Option("--lost", help=say("opt.notice_lost"))] = False,
) -> None:
    """A gateway says whether a notice arrived."""
    with connected() as session:
        request = pb.ReportDeliveryRequest(
            request_id=new_request_id(), notice_id=notice, arrived=not lost
        )
        answer = session.ask(session.notices.ReportDelivery(request))
    output.show(plain(answer), lambda: output.line("notice.reported"))


def _found(
    session: Session, text: str, wanted: pb.ListNoticesRequest | to_staff.ListStaffNoticesRequest
) -> common.Notice:
    """The notice of an id or of the end of one, in a list."""
    ending, ours = text.strip().lower(), isinstance(wanted, pb.ListNoticesRequest)
    rpc = session.notices.ListNotices if ours else session.staff_notices.ListStaffNotices
    for page in pages(session, rpc, wanted, MOST, "notices"):
        for one in page.notices:
            if ending and one.notice_id.endswith(ending):
                found: common.Notice = one
                return found
    raise CommandFailed("NOTICE_UNKNOWN", notice=text[:40])
