"""Files of a case between nodes: they follow a hand-over by themselves and never hold it up."""

from collections.abc import AsyncIterator

from intake.commands import Uploaded
from intake.convert.uploads import sha_of
from intake.desk import id_of
from intake.errors import AttachmentMissing
from intake.files import PIECE
from intake.grpc_api.files import Filing
from intake.handlers import attaching
from intake.handlers.attaching import Row
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_part_pb2 as pb


class Blobs(Filing):
    """For routing, which carries them from node to node."""

    async def ReadBlob(
        self, request: pb.ReadBlobRequest, _: object
    ) -> AsyncIterator[pb.ReadBlobResponse]:
        """The file from an offset on."""
        row = await self._known(request.case_id, request.sha256)
        if row is None or row["stored_at"] is None:
            raise AttachmentMissing
        if request.offset < 0 or request.offset % PIECE:
            raise InvalidInput(FieldViolation("offset", "MALFORMED"))
        vault, offset = await self.vault(row["case_id"]), request.offset
        first = request.offset // PIECE
        async for data in self._files.pieces(vault, row["sha256"], row["size"], first):
            yield pb.ReadBlobResponse(offset=offset, data=data)
            offset += len(data)

    async def HasBlob(self, request: pb.HasBlobRequest, _: object) -> pb.HasBlobResponse:
        """How much of it is here."""
        row = await self._known(request.case_id, request.sha256)
        if row is None:
            return pb.HasBlobResponse()
        return pb.HasBlobResponse(
            known=True, received=row["received"], complete=row["stored_at"] is not None
        )

    async def WriteBlob(
        self, requests: AsyncIterator[pb.WriteBlobRequest], _: object
    ) -> pb.WriteBlobResponse:
        """Store what another node streams. The case must have arrived before its files."""
        async for first in requests:
            row = await self._known(first.case_id, first.sha256)
            if row is None:
                raise AttachmentMissing
            if row["stored_at"] is None:
                vault = await self.vault(row["case_id"])
                await self._take_pieces(row, vault, first, requests, current_caller())
                await self._check_whole(row, vault)
                await self._note_whole(row)
            return pb.WriteBlobResponse(received=row["size"], complete=True)
        raise InvalidInput(FieldViolation("case_id", "REQUIRED"))

    async def _known(self, case_id: str, sha256: str) -> Row | None:
        return await self._file_row(id_of(case_id, "case_id"), sha_of(sha256))

    async def _note_whole(self, row: Row) -> None:
        whole = Uploaded(row["case_id"], row["sha256"], row["size"], whole=True)
        await self._desk.do(Work(attaching.note_received, whole, key=str(row["case_id"])))
