"""Cases that belong together: merged, linked, a group."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.acting import act, explained
from lianxin.cli.cases import CaseSeen, case_id, in_intake, new_request_id
from lianxin.cli.drafts import party
from lianxin.cli.params import Case
from lianxin.cli.plain import checked_code, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.intake.v1 import intake_service_pb2 as pb

People = Annotated[list[str] | None, typer.Option(help=say("opt.people"))]


def merge(
    case: Case, into: Annotated[str, typer.Argument(metavar="INTO", help=say("opt.into"))]
) -> None:
    """Merge a case into another; its number still resolves (并案)."""
    with connected() as session:
        source, target = in_intake(session, case), in_intake(session, into)
        request = pb.MergeCasesRequest(
            request_id=new_request_id(),
            from_case_id=source.case_id,
            from_seen=source.seen,
            into_case_id=target.case_id,
            into_seen=target.seen,
        )
        with explained(source):
            answer = session.ask(session.intake.MergeCases(request))
    output.done("done.merge", plain(answer.into), merged=source.case_no, into=target.case_no)


def link(
    case: Case,
    other: Annotated[str, typer.Argument(metavar="OTHER", help=say("opt.other_case"))],
    kind: Annotated[str, typer.Option("--kind", help=say("opt.link_kind"))] = "same_matter",
) -> None:
    """Link two cases."""
    code = checked_code("link_kind", kind, "--kind")

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.LinkCasesRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            other_case_id=case_id(session, other),
            kind=code,
        )
        return session.intake.LinkCases(request)

    act("link", case, call, intake=True, other=other)


def link_group(
    case: Case,
    *,
    headcount: Annotated[int, typer.Option("--headcount", min=1, help=say("opt.headcount"))],
    representative: People = None,
    member: People = None,
    mandate: Annotated[str, typer.Option("--mandate", help=say("opt.mandate"))] = "speak",
    also: Annotated[list[str] | None, typer.Option("--with", help=say("opt.group_cases"))] = None,
) -> None:
    """Make it a collective matter with at most five representatives."""
    code = checked_code("mandate", mandate, "--mandate")
    people = {
        "representatives": [_member(text, "--representative") for text in representative or []],
        "members": [_member(text, "--member") for text in member or []],
    }

    def call(session: Session, seen: CaseSeen) -> Any:
        request = pb.LinkGroupRequest(
            request_id=new_request_id(),
            case_id=seen.case_id,
            seen=seen.seen,
            headcount=headcount,
            mandate=code,
            case_ids=[case_id(session, other) for other in also or []],
            **people,
        )
        return session.intake.LinkGroup(request)

    act("link_group", case, call, intake=True)


def _member(text: str, field: str) -> pb.GroupMember:
    return pb.GroupMember(party=party(text, field))
