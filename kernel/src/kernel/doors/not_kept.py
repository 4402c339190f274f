"""What routing asks of a service that numbers no cases and keeps no files."""

from collections.abc import AsyncIterator
from typing import TypeVar

from kernel.doors.case_part import CaseParts, OwnPart
from kernel.errors import FieldViolation, InvalidInput
from kernel.holding import FileMissing
from kernel.requests import id_of
from lianxin.exchange.v1 import case_part_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2_grpc as grpc

P = TypeVar("P")


class PartServicer(CaseParts[P], grpc.CasePartServiceServicer):
    """CasePartService of such a service: there are no files, and nothing is ever waited for."""

    def __init__(self, own: OwnPart[P]) -> None:
        self._own = own

    async def ReadBlob(
        self, request: pb.ReadBlobRequest, _: object
    ) -> AsyncIterator[pb.ReadBlobResponse]:
        """No file. Raises FileMissing."""
        id_of(request.case_id, "case_id")
        raise FileMissing
        yield pb.ReadBlobResponse()  # type: ignore[unreachable] # makes it a stream

    async def HasBlob(self, request: pb.HasBlobRequest, _: object) -> pb.HasBlobResponse:
        """No file."""
        id_of(request.case_id, "case_id")
        return pb.HasBlobResponse()

    async def WriteBlob(
        self, requests: AsyncIterator[pb.WriteBlobRequest], _: object
    ) -> pb.WriteBlobResponse:
        """No file is expected here. Raises FileMissing."""
        async for first in requests:
            id_of(first.case_id, "case_id")
            raise FileMissing
        raise InvalidInput(FieldViolation("case_id", "REQUIRED"))

    async def ReleaseNumbering(
        self, request: pb.ReleaseNumberingRequest, _: object
    ) -> pb.ReleaseNumberingResponse:
        """No counters."""
        self._expect_site(request.site_id)
        return pb.ReleaseNumberingResponse()

    async def AdoptNumbering(
        self, request: pb.AdoptNumberingRequest, _: object
    ) -> pb.AdoptNumberingResponse:
        """Nothing is waited for here."""
        self._expect_site(request.site_id)
        return pb.AdoptNumberingResponse(adopted=True)

    async def ListNumbering(
        self, _request: pb.ListNumberingRequest, _: object
    ) -> pb.ListNumberingResponse:
        """Nothing is waited for, by whatever directory."""
        return pb.ListNumberingResponse(directory_version=self._own.desk.office.directory().version)

    def _expect_site(self, site_id: str) -> None:
        if site_id not in self._own.desk.office.directory().sites:
            raise InvalidInput(FieldViolation("site_id", "UNKNOWN_VALUE"))
