"""Attachments: uploaded in pieces, restartable; downloaded; and between nodes."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Protocol
from uuid import UUID

from intake.commands import BeginUpload, RecordRead, Uploaded
from intake.convert.cases import attachment_message
from intake.convert.uploads import begin_upload, sha_of
from intake.desk import Desk, id_of
from intake.domain.file_kinds import is_what_it_says
from intake.errors import (
    AttachmentMissing,
    FileDamaged,
    FileTooLarge,
    FileTypeRefused,
    UploadOutOfStep,
)
from intake.files import PIECE, Files
from intake.handlers import attaching
from intake.handlers.attaching import Row
from intake.handlers.reads import record_read
from intake.storage import attachments
from intake.vault import CaseVault
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.identity import Caller
from kernel.interceptors import current_caller
from lianxin.intake.v1 import intake_service_pb2 as pb


class _Piece(Protocol):
    """A message of a stream of pieces."""

    offset: int
    data: bytes


class Filing:
    """Files of cases."""

    _desk: Desk
    _files: Files
    _file_limit: int

    async def UploadAttachment(
        self, requests: AsyncIterator[pb.UploadAttachmentRequest], _: object
    ) -> pb.UploadAttachmentResponse:
        """Take a file in; what has arrived of it before need not be sent again."""
        caller = current_caller()
        first = await _first(requests)
        command = begin_upload(first)
        if command.size > self._file_limit:
            raise FileTooLarge(limit=self._file_limit)
        await self._desk.see(caller, command.case_id)
        row = await self._begin(command, caller)
        vault = await self.vault(command.case_id)
        if not row["of_case"]:
            await self._take_pieces(row, vault, first, requests, caller)
            await self._check_whole(row, vault)
            row = await self._finish(command, caller)
        return pb.UploadAttachmentResponse(attachment=attachment_message(row, vault))

    async def GetUpload(self, request: pb.GetUploadRequest, _: object) -> pb.GetUploadResponse:
        """How much has arrived."""
        case_id = id_of(request.case_id, "case_id")
        await self._desk.see(current_caller(), case_id)
        row = await self._file_row(case_id, sha_of(request.sha256))
        if row is None:
            return pb.GetUploadResponse()
        return pb.GetUploadResponse(received=row["received"], complete=row["of_case"])

    async def DownloadAttachment(
        self, request: pb.DownloadAttachmentRequest, _: object
    ) -> AsyncIterator[pb.DownloadAttachmentResponse]:
        """The file, for whoever may read the content; on record like other content."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        attachment_id, now = id_of(request.attachment_id, "attachment_id"), self._desk.clock.now()
        row = await self._desk.readers.run(
            lambda connection: attachments.readable_file(
                connection, caller, case_id, attachment_id, now
            )
        )
        if row is None or row["stored_at"] is None:
            raise AttachmentMissing
        read = RecordRead(case_id, "DownloadAttachment", f"file:{attachment_id}", "")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        vault = await self.vault(case_id)
        async for data in self._files.pieces(vault, row["sha256"], row["size"]):
            yield pb.DownloadAttachmentResponse(data=data)

    async def _begin(self, command: BeginUpload, caller: Caller) -> Row:
        handler = partial(attaching.begin_upload, office=self._desk.office)
        return await self._desk.do(Work(handler, command, key=str(command.case_id), caller=caller))

    async def _finish(self, command: BeginUpload, caller: Caller) -> Row:
        done = Uploaded(command.case_id, command.sha256, command.size, whole=True)
        return await self._desk.do(
            Work(attaching.finish_upload, done, key=str(command.case_id), caller=caller)
        )

    async def _take_pieces(
        self,
        row: Row,
        vault: CaseVault,
        first: _Piece,
        rest: AsyncIterator[_Piece],
        caller: Caller,
    ) -> None:
        """Store piece after piece; what is noted as received survives a cut line."""
        received, held = row["received"], bytearray()
        async for piece in _pieces(first, rest):
            if piece.offset != received + len(held):
                raise UploadOutOfStep(received=received)
            held += piece.data
            if received + len(held) > row["size"]:
                raise FileDamaged
            while len(held) >= PIECE:
                received = await self._store(row, vault, received, bytes(held[:PIECE]), caller)
                del held[:PIECE]
        if received + len(held) < row["size"]:
            raise UploadOutOfStep(received=received)
        if held:
            await self._store(row, vault, received, bytes(held), caller)

    async def _store(
        self, row: Row, vault: CaseVault, received: int, data: bytes, caller: Caller
    ) -> int:
        if received == 0 and not is_what_it_says(row["media_type"], data):
            await self._drop(row, caller)
            raise FileTypeRefused
        await self._files.put(vault, row["sha256"], received // PIECE, data)
        now = received + len(data)
        noted = Uploaded(row["case_id"], row["sha256"], now)
        await self._desk.do(
            Work(attaching.note_received, noted, key=str(row["case_id"]), caller=caller)
        )
        return now

    async def _check_whole(self, row: Row, vault: CaseVault) -> None:
        if not await self._files.is_whole(vault, row["sha256"], row["size"]):
            await self._drop(row, current_caller())
            raise FileDamaged

    async def _drop(self, row: Row, caller: Caller) -> None:
        dropped = Uploaded(row["case_id"], row["sha256"], 0)
        if await self._desk.do(
            Work(attaching.forget_upload, dropped, key=str(row["case_id"]), caller=caller)
        ):
            await self._files.remove(row["case_id"], row["sha256"], row["size"])

    async def vault(self, case_id: UUID) -> CaseVault:
        """The vault of a case. Raises CaseMissing, CaseErased."""
        keys = await self._desk.readers.run(
            lambda connection: attachments.keys_of(connection, case_id)
        )
        return self._desk.office.vault.of_case(keys.key, keys.sealed_code_key)

    async def _file_row(self, case_id: UUID, sha256: str) -> Row | None:
        return await self._desk.readers.run(
            lambda connection: attachments.file_of(connection, case_id, sha256)
        )


async def _first(requests: AsyncIterator[pb.UploadAttachmentRequest]) -> pb.UploadAttachmentRequest:
    async for request in requests:
        return request
    raise InvalidInput(FieldViolation("case_id", "REQUIRED"))


async def _pieces(first: _Piece, rest: AsyncIterator[_Piece]) -> AsyncIterator[_Piece]:
    """The first message may hold a piece besides the header, or none."""
    if first.data:
        yield first
    async for piece in rest:
        yield piece
