"""ReadAuditService: who read personal fields at a service, told to the node's administrator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from kernel.access import Access, Scope
from kernel.errors import Denied, FieldViolation, InvalidInput
from kernel.grpc_server import Served
from kernel.identity import Role
from kernel.instants import stamp
from kernel.interceptors import current_caller
from kernel.readers import Readers
from kernel.requests import id_of, optional_id
from lianxin.exchange.v1 import read_audit_pb2 as pb
from lianxin.exchange.v1 import read_audit_pb2_grpc as rpc

_SERVICE = pb.DESCRIPTOR.services_by_name["ReadAuditService"]
READINGS_ACCESS = {
    f"/{_SERVICE.full_name}/{method.name}": Access("audit.read", scope=Scope.LIST)
    for method in _SERVICE.methods
}
MOST, USUAL = 200, 50
Row = Mapping[str, Any]
Restricted = Callable[[Connection, Sequence[UUID]], Mapping[UUID, str]]
"""Which of these cases are restricted, and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which readings; None or empty asks for all."""

    since: datetime | None
    reader: str
    case_id: UUID | None
    before: int | None


def readings(connection: Connection, read_audit: Table, asked: Asked, limit: int) -> list[Row]:
    """Readings, newest first."""
    wanted = []
    if asked.since is not None:
        wanted.append(read_audit.c.at >= asked.since)
    if asked.reader:
        wanted.append(read_audit.c.caller == asked.reader)
    if asked.case_id is not None:
        wanted.append(read_audit.c.case_id == asked.case_id)
    if asked.before is not None:
        wanted.append(read_audit.c.seq < asked.before)
    newest = select(read_audit).where(*wanted).order_by(read_audit.c.seq.desc()).limit(limit)
    return [dict(row) for row in connection.execute(newest).mappings()]


class ReadAuditServicer(rpc.ReadAuditServiceServicer):
    """The record of readings of one service. `restricted` only where cases are registered."""

    def __init__(
        self, readers: Readers, read_audit: Table, restricted: Restricted = lambda _, __: {}
    ) -> None:
        self._readers = readers
        self._read_audit = read_audit
        self._restricted = restricted

    async def ListReadings(
        self, request: pb.ListReadingsRequest, _: object
    ) -> pb.ListReadingsResponse:
        """Newest first. Raises Denied, InvalidInput."""
        _expect_administrator()
        asked, size = _asked(request), _size(request.page_size)
        rows = await self._readers.run(
            lambda connection: readings(connection, self._read_audit, asked, size + 1)
        )
        more = str(rows[size - 1]["seq"]) if len(rows) > size else ""
        return pb.ListReadingsResponse(
            readings=[_reading(row) for row in rows[:size]], next_page_token=more
        )

    async def ListRestricted(
        self, request: pb.ListRestrictedRequest, _: object
    ) -> pb.ListRestrictedResponse:
        """Those that are restricted. Raises Denied, InvalidInput."""
        _expect_administrator()
        if len(request.case_ids) > MOST:
            raise InvalidInput(FieldViolation("case_ids", "TOO_MANY", MOST))
        cases = [id_of(text, "case_ids") for text in request.case_ids]
        found = await self._readers.run(lambda connection: self._restricted(connection, cases))
        return pb.ListRestrictedResponse(restricted={str(case): why for case, why in found.items()})


def readings_served(
    readers: Readers, read_audit: Table, restricted: Restricted = lambda _, __: {}
) -> Served:
    """The service with its doors."""
    servicer = ReadAuditServicer(readers, read_audit, restricted)
    return Served(_SERVICE, rpc.add_ReadAuditServiceServicer_to_server, servicer, READINGS_ACCESS)


def _expect_administrator() -> None:
    """Others ask about one case at a time, which they may read (ListReads of intake)."""
    if Role.ADMINISTRATOR not in current_caller().roles:
        raise Denied(permission="audit.read")


def _asked(request: pb.ListReadingsRequest) -> Asked:
    token = request.page_token
    if token and not (token.isascii() and token.isdigit() and len(token) < 19):  # noqa: PLR2004 (of a 64-bit number)
        raise InvalidInput(FieldViolation("page_token", "MALFORMED"))
    since = None
    if request.HasField("since"):
        try:
            since = request.since.ToDatetime(UTC)
        except (ValueError, OverflowError):
            raise InvalidInput(FieldViolation("since", "MALFORMED")) from None
    case_id = optional_id(request.case_id, "case_id")
    return Asked(since, request.reader, case_id, int(token) if token else None)


def _size(wanted: int) -> int:
    if wanted < 0:
        raise InvalidInput(FieldViolation("page_size", "TOO_SMALL", 0))
    return min(wanted or USUAL, MOST)


def _reading(row: Row) -> pb.Reading:
    return pb.Reading(
        at=stamp(row["at"]),
        reader=row["caller"],
        unit=row["unit"],
        method=row["method"],
        case_id=str(row["case_id"] or ""),
        fields=row["fields"],
        why=row["reason"],
    )
