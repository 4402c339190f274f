"""Findings of the audits and parked events, as they go out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kernel.instants import stamp
from lianxin.routing.v1 import custody_pb2 as pb
from routing.storage.audit import Broken, Standing


def custody_out(standing: Standing, broken: Iterable[Broken]) -> pb.AuditCustodyResponse:
    """Outcome of the custody audit."""
    return pb.AuditCustodyResponse(
        cases=standing.cases,
        held=standing.held,
        in_transit=standing.in_transit,
        findings=[_finding(it) for it in broken],
    )


def log_out(entries: int, broken: Iterable[Broken]) -> pb.AuditLogResponse:
    """Outcome of the log audit."""
    return pb.AuditLogResponse(entries=entries, findings=[_finding(it) for it in broken])


def _finding(broken: Broken) -> pb.AuditFinding:
    return pb.AuditFinding(
        case_id=str(broken.case_id),
        case_no=broken.case_no,
        rule=broken.rule,
        detail=broken.detail,
    )


def parked_out(rows: Sequence[Mapping[str, Any]], more: str) -> pb.ListParkedResponse:
    """A page of what is parked."""
    return pb.ListParkedResponse(
        parked=[
            pb.Parked(
                origin=row["origin"],
                event_id=str(row["event_id"]),
                type=row["type"],
                reason=row["reason"],
                at=stamp(row["at"]),
            )
            for row in rows
        ],
        next_page_token=more,
    )
