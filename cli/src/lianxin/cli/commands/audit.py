"""Audits: exit status 1 when the invariant or a chain is broken, with each case named."""

from datetime import datetime
from typing import Annotated, Any

import typer

from lianxin.cli import output, readings
from lianxin.cli.cases import case_id
from lianxin.cli.errors import Findings
from lianxin.cli.params import Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import custody_pb2 as pb

COLUMNS = ("case_no", "rule", "detail", "case_id")
READS = ("at", "reader", "unit", "service", "fields", "why", "restricted", "case_id")
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


def reads(
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=say("opt.reads_since"))
    ] = None,
    reader: Annotated[str, typer.Option("--reader", help=say("opt.reader"))] = "",
    case: Annotated[str, typer.Option("--case", help=say("opt.reads_case"))] = "",
    restricted: Annotated[bool, typer.Option("--restricted", help=say("opt.restricted"))] = False,
    limit: Limit = 200,
) -> None:
    """Who read personal fields, at every service of the node."""
    with connected() as session:
        which = case_id(session, case) if case else ""
        wanted = readings.asked(since=since, reader=reader, case_id=which)
        rows = readings.found(session, wanted, limit, only_restricted=restricted)
    output.show({"readings": rows}, lambda: output.table(rows, READS))


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
