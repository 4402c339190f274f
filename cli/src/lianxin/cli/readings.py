"""Who read personal fields anywhere on a node, put together from its services."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.cli.nodes import SERVICES
from lianxin.cli.paging import listed
from lianxin.cli.plain import plain
from lianxin.cli.session import Session
from lianxin.cli.stubs import INTAKE
from lianxin.exchange.v1.read_audit_pb2 import ListReadingsRequest, ListRestrictedRequest
from lianxin.exchange.v1.read_audit_pb2_grpc import ReadAuditServiceStub

AT_ONCE = 200


def asked(*, since: datetime | None, reader: str, case_id: str) -> ListReadingsRequest:
    """What to ask each service; `since` is a day, which begins in Asia/Shanghai."""
    request = ListReadingsRequest(reader=reader, case_id=case_id)
    if since is not None:
        request.since.FromDatetime(datetime.combine(since.date(), time(), SHANGHAI).astimezone(UTC))
    return request


def found(
    session: Session, request: ListReadingsRequest, limit: int, *, only_restricted: bool
) -> list[dict[str, Any]]:
    """Readings of all services of the node, newest first, each with why its case is restricted."""
    rows: list[dict[str, Any]] = []
    for service in (one for one in SERVICES if one in session.door.services):
        stub = ReadAuditServiceStub(session.line(service))
        wanted = ListReadingsRequest()
        wanted.CopyFrom(request)
        lines, _ = listed(session, stub.ListReadings, wanted, limit, "readings")
        rows += [{**plain(line), "service": service} for line in lines]
    why = _restricted(session, rows)
    rows = [row | {"restricted": why.get(row["case_id"], "")} for row in rows]
    kept = [row for row in rows if row["restricted"] or not only_restricted]
    return sorted(kept, key=lambda row: str(row["at"]), reverse=True)[:limit]


def _restricted(session: Session, rows: list[dict[str, Any]]) -> Mapping[str, str]:
    cases = list(dict.fromkeys(row["case_id"] for row in rows if row["case_id"]))
    stub = ReadAuditServiceStub(session.line(INTAKE))
    known: dict[str, str] = {}
    for start in range(0, len(cases), AT_ONCE):
        request = ListRestrictedRequest(case_ids=cases[start : start + AT_ONCE])
        known |= dict(session.ask(stub.ListRestricted(request)).restricted)
    return known
