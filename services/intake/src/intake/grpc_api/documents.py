"""DocumentService: documents of a case and their service. Reading is on record, as everywhere."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from intake.commands import Seen
from intake.convert import answers, lists
from intake.convert import documents as convert
from intake.desk import Desk, id_of
from intake.documents.commands import KeepDocument
from intake.documents.filling import Filling
from intake.documents.kept import Made, Register, as_values
from intake.documents.kinds import kinds
from intake.documents.shelf import Shelf
from intake.domain.filters import page_size
from intake.grpc_api.hearing_file import HearingFiles
from intake.grpc_api.mediation_file import MediationFiles
from intake.grpc_api.paperwork import (
    Context,
    Paperwork,
    aside,
    document_in,
    kind_for,
    made_of,
    register_in,
)
from intake.grpc_api.review_file import ReviewFiles
from intake.handlers import documents, serving
from intake.office import day_of
from intake.storage.lists import Cursor
from kernel.access import Access, Scope
from kernel.catalogue import Catalogue
from kernel.documents import to_pdf
from kernel.errors import FieldViolation, InvalidInput
from kernel.grpc_server import Served
from kernel.interceptors import current_caller
from lianxin.intake.v1 import documents_pb2 as pb
from lianxin.intake.v1 import documents_pb2_grpc as grpc

DOCUMENTS = "/lianxin.intake.v1.DocumentService/"
DOCUMENT_ACCESS = {
    DOCUMENTS + "ListDocumentKinds": Access("case.read.header"),
    DOCUMENTS + "RenderDocument": Access("case.read.content", scope=Scope.CASE),
    DOCUMENTS + "GetDocument": Access("case.read.content", scope=Scope.CASE),
    DOCUMENTS + "ListDocuments": Access("case.read.content", scope=Scope.CASE),
    DOCUMENTS + "RecordService": Access("case.note", scope=Scope.CASE),
}
FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Who keeps what papers draw on beside the case itself."""

    mediation: MediationFiles
    reviews: ReviewFiles
    hearings: HearingFiles


class DocumentServicer(Paperwork, grpc.DocumentServiceServicer):
    """What goes out on paper."""

    def __init__(
        self,
        desk: Desk,
        texts: Catalogue,
        shelf: Shelf,
        elsewhere: Elsewhere,
    ) -> None:
        self._desk = desk
        self._texts = texts
        self._shelf = shelf
        self._mediation, self._reviews = elsewhere.mediation, elsewhere.reviews
        self._hearings = elsewhere.hearings

    async def ListDocumentKinds(
        self, request: pb.ListDocumentKindsRequest, context: Context
    ) -> pb.ListDocumentKindsResponse:
        """What this node can make."""
        title = self.title(context)
        versions = await aside(lambda: {one: self._shelf.version(k) for one, k in kinds().items()})
        return pb.ListDocumentKindsResponse(
            kinds=[convert.kind_message(one, versions[one.id], title) for one in kinds().values()]
        )

    async def RenderDocument(
        self, request: pb.RenderDocumentRequest, context: Context
    ) -> pb.RenderDocumentResponse:
        """Filled, made, kept; a repeat gives the same file."""
        caller, kind = current_caller(), kind_for(current_caller(), request.kind)
        case_id, given = id_of(request.case_id, "case_id"), convert.values_from(request)
        source = await self.with_mediation(await self.opened(caller, case_id), kind, given)
        source = await self.with_hearing(await self.with_review(source, kind), kind)
        kept = register_in(source)
        template = await aside(lambda: self._shelf.template(kind))
        values = Filling(kind, source, kept.made).values(given)
        await self.record(caller, case_id, "RenderDocument", kind)
        made, data = await aside(lambda: made_of(kind, template, as_values(values), caller))
        seen = Seen(request.seen.epoch, request.seen.version)
        command = KeepDocument(case_id, seen, kind, made, source.row["version"])
        title = self.title(context)
        answer: pb.RenderDocumentResponse = await self.act(
            request,
            partial(documents.keep_document, office=self._desk.office),
            command,
            lambda done: pb.RenderDocumentResponse(
                stamp=answers.stamp_message(done.stamp),
                document=convert.document_message(done.entry, kept, kinds(), title),
                filename=convert.filename(done.stamp.case_no, done.entry, title, "docx"),
            ),
        )
        if answer.document.sha256 != made.sha256:  # made before, of what the case said then
            data = await self.again(caller, case_id, answer.document.document_id)
        answer.data = data
        return answer

    async def GetDocument(
        self, request: pb.GetDocumentRequest, context: Context
    ) -> pb.GetDocumentResponse:
        """The file again."""
        caller, form = current_caller(), request.format or "docx"
        if form not in FORMATS:
            raise InvalidInput(FieldViolation("format", "UNKNOWN_VALUE"))
        source = await self.opened(caller, id_of(request.case_id, "case_id"))
        made = document_in(register_in(source), request.document_id)
        kind = kind_for(caller, made.kind)
        await self.record(caller, source.vault.case_id, "GetDocument", kind)
        data = await aside(lambda: self.rendered(kind, made))
        return pb.GetDocumentResponse(
            filename=convert.filename(source.row["case_no"], made, self.title(context), form),
            media_type=FORMATS[form],
            data=await to_pdf(data) if form == "pdf" else data,
        )

    async def ListDocuments(
        self, request: pb.ListDocumentsRequest, context: Context
    ) -> pb.ListDocumentsResponse:
        """What was made and what was served of it."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        size, title = page_size(lists.size_of(request.page_size)), self.title(context)
        mark = lists.mark_of("ListDocuments", case_id.bytes)
        after = lists.cursor_of(mark, request.page_token)
        source = await self.opened(caller, case_id)
        await self.record(caller, case_id, "ListDocuments", None)
        kept = register_in(source)
        rest = [one for one in kept.made if after is None or _mark(one) > _place(after)]
        more = Cursor(*_mark(rest[size - 1])) if len(rest) > size else None
        visits = [one for one in kept.services if one.document_id is None and after is None]
        return pb.ListDocumentsResponse(
            documents=[convert.document_message(one, kept, kinds(), title) for one in rest[:size]],
            visits=[convert.service_message(one, kept) for one in visits],
            next_page_token=lists.token_of(mark, more),
        )

    async def RecordService(
        self, request: pb.RecordServiceRequest, _: Context
    ) -> pb.RecordServiceResponse:
        """送达."""
        command = convert.record_service(request, day_of(self._desk.clock.now()))
        await self.opened(current_caller(), command.case_id)
        return await self.act(
            request,
            partial(serving.record_service, office=self._desk.office),
            command,
            lambda done: pb.RecordServiceResponse(
                stamp=answers.stamp_message(done.stamp),
                service=convert.service_message(done.service, Register((), ())),
                started_clock=done.started,
            ),
        )


def documents_served(desk: Desk, texts: Catalogue, shelf: Shelf, elsewhere: Elsewhere) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["DocumentService"],
        grpc.add_DocumentServiceServicer_to_server,
        DocumentServicer(desk, texts, shelf, elsewhere),
        DOCUMENT_ACCESS,
    )


def _mark(made: Made) -> Any:
    return made.at, made.document_id


def _place(cursor: Cursor) -> Any:
    return cursor.registered_at, cursor.case_id
