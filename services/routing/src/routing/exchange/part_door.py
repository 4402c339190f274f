"""The CasePart of one service of this node, called over gRPC."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.grpc_client import Line
from lianxin.exchange.v1 import case_exchange_pb2 as exchange_pb
from lianxin.exchange.v1 import case_part_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2_grpc as rpc
from routing.domain.asking import Said, Wanted
from routing.domain.grant_rules import Granted
from routing.domain.parcel import BlobName, PartContent
from routing.steps.ground import Grant, Released

AUDIT_S, ANSWER_S = 600.0, 5.0
PIECE_BYTES = 1024 * 1024
IN_ONE_BYTES = 3 * PIECE_BYTES
"""Larger parts are handed in by pieces: one message to a service has four mebibytes at most."""


class GrpcPart:
    """Speaks CasePart to a service; every call may be repeated."""

    def __init__(self, service: str, line: Line) -> None:
        self._service = service
        self._stub = rpc.CasePartServiceStub(line)

    async def release(self, handoff_id: UUID, case_id: UUID, epoch: int) -> Released:
        """Lock the case under the hand-over's id."""
        request = pb.ReleaseRequest(
            handoff_id=str(handoff_id), case_id=str(case_id), epoch=epoch, with_part=True
        )
        answer = await self._stub.Release(request, timeout=60)
        part = self._part(answer.part) if answer.HasField("part") else None
        return Released(answer.released, answer.last_fact_no, answer.reason, part)

    async def keep(self, row: Mapping[str, Any], epoch: int, unit: str, path: str) -> None:
        """Unlock it; the epoch is the one that goes on."""
        await self._stub.Keep(
            pb.KeepRequest(
                handoff_id=str(row["handoff_id"]),
                case_id=str(row["case_id"]),
                epoch=epoch,
                unit=unit,
                path=path,
            )
        )

    async def export(self, handoff_id: UUID, case_id: UUID) -> PartContent:
        """The part of a locked case."""
        request = pb.ExportPartRequest(handoff_id=str(handoff_id), case_id=str(case_id))
        return self._part(await self._stub.ExportPart(request, timeout=60))

    def _part(self, part: pb.ExportPartResponse) -> PartContent:
        blobs = tuple(BlobName(blob.sha256, blob.size) for blob in part.blobs)
        return PartContent(self._service, part.format, part.part, blobs)

    async def import_part(self, row: Mapping[str, Any], epoch: int, grant: Grant) -> None:
        """Store a part and grant the right to write."""
        request = pb.ImportPartRequest(
            handoff_id=str(row["handoff_id"]),
            case_id=str(row["case_id"]),
            epoch=epoch,
            unit=grant.unit,
            path=grant.path,
            format=grant.part.format,
            readers=grant.readers,
        )
        content = grant.part.content
        if len(content) > IN_ONE_BYTES:
            await self._stub.ImportLargePart(_pieces(request, content), timeout=60)
            return
        request.part = content
        await self._stub.ImportPart(request, timeout=60)

    async def start_grant(self, case_id: UUID, epoch: int, unit: str, path: str) -> None:
        """Grant a case that came without a hand-over."""
        await self._stub.ImportPart(
            pb.ImportPartRequest(case_id=str(case_id), epoch=epoch, unit=unit, path=path)
        )

    async def end_grant(self, case_id: UUID, epoch: int, ending: str) -> None:
        """The case ended: nobody writes any more."""
        await self._stub.EndGrant(
            pb.EndGrantRequest(case_id=str(case_id), epoch=epoch, ending=ending)
        )

    async def erase(self, case_id: UUID) -> None:
        """Destroy what was said of people in it."""
        await self._stub.ErasePart(pb.ErasePartRequest(case_id=str(case_id)), timeout=60)

    async def ask_ending(self, wanted: Wanted) -> Said:
        """What the service has against ending a case in a certain way."""
        request = pb.AskEndingRequest(
            case_id=str(wanted.case_id),
            epoch=wanted.epoch,
            ending=wanted.ending,
            procedure=wanted.procedure,
        )
        answer = await self._stub.AskEnding(request, timeout=ANSWER_S)
        lacks = tuple(
            FieldViolation(f"{self._service}.{it.field}", it.reason) for it in answer.lacks
        )
        return Said(self._service, lacks, carries=answer.carries, last_fact_no=answer.last_fact_no)

    async def grants(self) -> list[Granted]:
        """Every right to write the service has given."""
        pages = self._stub.ListGrants(pb.ListGrantsRequest(), timeout=AUDIT_S)
        return [
            Granted(UUID(it.case_id), it.epoch, it.state, it.unit, it.last_fact_no)
            async for page in pages
            for it in page.grants
        ]

    def read_blob(self, case_id: str, sha256: str, offset: int) -> AsyncIterator[Any]:
        """Pieces of a stored file from an offset on."""
        request = pb.ReadBlobRequest(case_id=case_id, sha256=sha256, offset=offset)
        return aiter(self._stub.ReadBlob(request))

    async def write_blob(self, pieces: AsyncIterator[pb.WriteBlobRequest]) -> Any:
        """Store pieces of a file."""
        return await self._stub.WriteBlob(pieces)

    async def numbering(self) -> pb.ListNumberingResponse:
        """The directory the service goes by, and the counters it waits for."""
        return await self._stub.ListNumbering(pb.ListNumberingRequest())

    async def release_numbering(
        self, site: str, node: str, version: int
    ) -> pb.ReleaseNumberingResponse:
        """Stop counting for a site that a node takes over; its counters."""
        return await self._stub.ReleaseNumbering(
            pb.ReleaseNumberingRequest(site_id=site, node=node, directory_version=version)
        )

    async def adopt_numbering(self, site: exchange_pb.SiteNumbering, version: int) -> bool:
        """Count on for a site; True when nothing is waited for any more."""
        answer = await self._stub.AdoptNumbering(
            pb.AdoptNumberingRequest(
                site_id=site.site_id,
                counters=site.counters,
                mark=site.mark,
                mark_until=site.mark_until,
                directory_version=version,
                elsewhere=site.elsewhere,
            )
        )
        return bool(answer.adopted)

    async def has_blob(self, case_id: str, sha256: str) -> Any:
        """How much of a file is stored."""
        return await self._stub.HasBlob(pb.HasBlobRequest(case_id=case_id, sha256=sha256))


async def _pieces(
    head: pb.ImportPartRequest, content: bytes
) -> AsyncIterator[pb.ImportLargePartRequest]:
    yield pb.ImportLargePartRequest(head=head)
    for begin in range(0, len(content), PIECE_BYTES):
        yield pb.ImportLargePartRequest(piece=content[begin : begin + PIECE_BYTES])
