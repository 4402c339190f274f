"""Audits: exit status 1 when the invariant or a chain is broken, with each case named."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import case_id
from lianxin.cli.errors import Findings
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import custody_pb2 as pb

COLUMNS = ("case_no", "rule", "detail", "case_id")
TIMEOUT_S = 600


def custody(
    deep: Annotated[bool, typer.Option("--deep", help=say("opt.deep"))] = False,
) -> None:
    """Check that each case has exactly one holder."""
    with connected() as session:
        request = pb.AuditCustodyRequest(deep=deep)
        answer = session.ask(session.custody.AuditCustody(request, timeout=TIMEOUT_S))
    _tell(plain(answer), "audit.custody")


def log(
    case: Annotated[str, typer.Argument(metavar="CASE", help=say("opt.audit_case"))] = "",
) -> None:
    """Check the hash chains of the case logs."""
    with connected() as session:
        request = pb.AuditLogRequest(case_id=case_id(session, case) if case else "")
        answer = session.ask(session.custody.AuditLog(request, timeout=TIMEOUT_S))
    _tell(plain(answer), "audit.log")


def _tell(data: dict[str, Any], key: str) -> None:
    clean = not data["findings"]
    output.show(data | {"clean": clean}, lambda: _people(data, key))
    if not clean:
        raise Findings("AUDIT_FINDINGS")


def _people(data: dict[str, Any], key: str) -> None:
    output.line(key, **data)
    if data["findings"]:
        output.table(data["findings"], COLUMNS)
        output.line("audit.broken", count=len(data["findings"]))
    else:
        output.line("audit.clean")
