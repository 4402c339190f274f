"""CaseFileService: the whole file of a case. Reading it is on record before anything is shown."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import IO
from uuid import UUID

from intake.case_file.commands import NumberFile
from intake.case_file.folder import Attachment, Call, Folder
from intake.case_file.papers import Press, papers
from intake.case_file.writing import Item, Writer, as_pdf, zipped
from intake.commands import RecordRead, Seen
from intake.convert import case_file as convert
from intake.desk import Desk, id_of
from intake.documents.errors import FileTooLarge
from intake.documents.shelf import Shelf
from intake.documents.source import Source
from intake.domain.facts import FILE_NUMBERED
from intake.files import Files
from intake.grpc_api.case_log import CaseLogs
from intake.grpc_api.mediation_file import MediationFiles
from intake.grpc_api.paperwork import PERSONAL, Context, Paperwork, aside, register_in
from intake.handlers.calling_back import note_name
from intake.handlers.filing import Numbered, number_file
from intake.handlers.reads import record_read
from intake.storage.follow_up import all_calls_of
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue, Language
from kernel.errors import Denied, FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.grpc_server import Served
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.roles import may
from lianxin.intake.v1 import case_file_pb2 as pb
from lianxin.intake.v1 import case_file_pb2_grpc as grpc

FILE = "/lianxin.intake.v1.CaseFileService/"
CASE_FILE_ACCESS = {
    FILE + "NumberFile": Access("case.note", scope=Scope.CASE),
    FILE + "MakeFile": Access("case.read.content", scope=Scope.CASE),
}
PIECE = 256 * 1024
IN_MEMORY = 4 * 1024 * 1024
"""An archive that is larger waits on disk."""
PDF_LIMIT = 64 * 1024 * 1024
"""Bytes of attachments that are enclosed in one PDF: it is bound in memory."""
WHY = 200


class CaseFileServicer(Paperwork, grpc.CaseFileServiceServicer):
    """What goes into the archive."""

    def __init__(
        self,
        desk: Desk,
        files: Files,
        texts: Catalogue,
        shelf: Shelf,
        away: tuple[MediationFiles, CaseLogs],
    ) -> None:
        self._desk = desk
        self._files = files
        self._texts = texts
        self._shelf = shelf
        self._mediation, self._logs = away

    async def NumberFile(self, request: pb.NumberFileRequest, _: Context) -> pb.NumberFileResponse:
        """Once for a case."""
        case_id = id_of(request.case_id, "case_id")
        command = NumberFile(case_id, Seen(request.seen.epoch, request.seen.version))
        await self.opened(current_caller(), case_id)
        return await self.act(
            request,
            partial(number_file, office=self._desk.office),
            command,
            lambda done: convert.numbered_message(done, self._file_no(done)),
            pb,
        )

    async def MakeFile(
        self, request: pb.MakeFileRequest, _: Context
    ) -> AsyncIterator[pb.MakeFileResponse]:
        """What is in it first, then its bytes."""
        caller, form = current_caller(), request.format or "zip"
        if form not in convert.MEDIA_TYPES:
            raise InvalidInput(FieldViolation("format", "UNKNOWN_VALUE"))
        if len(request.why) > WHY:
            raise InvalidInput(FieldViolation("why", "TOO_LONG", WHY))
        case_id = id_of(request.case_id, "case_id")
        folder = await self._folder(caller, case_id, request.why.strip())
        if form == "pdf" and sum(one.size for one in folder.attachments) > PDF_LIMIT:
            raise FileTooLarge(limit=PDF_LIMIT)
        press = Press(self._shelf.folder)
        writer = Writer(folder, press, await aside(lambda: papers(folder, press)))
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as out:
            items = await self._write(writer, form, out)
            title = self._texts.text("FILE_NAME", Language.ZH_CN)
            yield pb.MakeFileResponse(head=convert.head_message(writer, items, form, title))
            out.seek(0)
            while data := out.read(PIECE):
                yield pb.MakeFileResponse(data=data)

    async def _write(self, writer: Writer, form: str, out: IO[bytes]) -> list[Item]:
        vault = writer.folder.source.vault

        def content(one: Attachment) -> AsyncIterator[bytes]:
            return self._files.pieces(vault, one.sha256, one.size)

        if form == "pdf":
            items, data = await as_pdf(writer, content)
            out.write(data)
            return items
        items = await aside(writer.items)
        await zipped(out, writer, items, content)
        return items

    async def _folder(self, caller: Caller, case_id: UUID, why: str) -> Folder:
        """Everything of the case, once the read is on record.

        Raises:
            Denied: names of people are in it, and the caller's role does not read them.
            MediationAway, LogAway: what they keep of it cannot be had now.
        """
        source = await self.opened(caller, case_id)
        if not may(caller, PERSONAL):
            raise Denied(permission=PERSONAL)
        read = RecordRead(case_id, "MakeFile", "content,parties,attachments", why or "case_file")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        name, mediated = str(case_id), None
        if self._mediation.is_there:
            mediated = await self._mediation.of_case(name, "case_file")
        log = await self._logs.of_case(name)
        folder = Folder(
            source=replace(source, mediated=mediated),
            kept=register_in(source),
            file_no=self._given_number(source),
            log=log or (),
            calls=await self._calls(source),
            attachments=_attachments(source),
        )
        _remark(folder, log_there=log is not None, mediation_there=self._mediation.is_there)
        return folder

    async def _calls(self, source: Source) -> list[Call]:
        vault = source.vault
        rows = await self._desk.readers.run(lambda c: all_calls_of(c, vault.case_id))
        return [
            Call(
                at=row["at"],
                unit=row["unit"],
                result=row["result"],
                performance=row["performance"],
                note=vault.open(note_name(row["epoch"], row["no"]), row["sealed_note"]).get(
                    "text", ""
                ),
            )
            for row in rows
        ]

    def _given_number(self, source: Source) -> str:
        said = source.last_said(FILE_NUMBERED)
        return self._written(said["word"], said["year"], said["number"]) if said else ""

    def _file_no(self, done: Numbered) -> str:
        return self._written(done.word, done.year, done.number)

    def _written(self, word: str, year: int, number: str) -> str:
        key = f"FILE_NO_{word}"
        return self._texts.text(key, Language.ZH_CN, year=str(year), number=number)


def _attachments(source: Source) -> list[Attachment]:
    vault = source.vault
    return [
        Attachment(
            name=vault.open(f"file:{row['sha256']}", row["sealed_name"]).get("name", ""),
            media_type=row["media_type"],
            size=row["size"],
            sha256=row["sha256"],
            stored=row["stored_at"] is not None,
            at=row["at"],
        )
        for row in source.content.attachments
    ]


def _remark(folder: Folder, *, log_there: bool, mediation_there: bool) -> None:
    """What the file lacks is said on its last page."""
    if not folder.file_no:
        folder.remark("no_number")
    if not log_there:
        folder.remark("no_log")
    if not mediation_there:
        folder.remark("no_mediation")
    for one in folder.attachments:
        if not one.stored:
            folder.remark("not_here", name=one.name, sha256=one.sha256)


def case_file_served(
    desk: Desk,
    files: Files,
    texts: Catalogue,
    shelf: Shelf,
    away: tuple[MediationFiles, CaseLogs],
) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["CaseFileService"],
        grpc.add_CaseFileServiceServicer_to_server,
        CaseFileServicer(desk, files, texts, shelf, away),
        CASE_FILE_ACCESS,
    )
