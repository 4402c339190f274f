"""The steps that RPCs of documents share: a case opened for a reader, a file made, a write done."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from grpc.aio import ServicerContext

from intake.commands import RecordRead
from intake.convert import documents as convert
from intake.desk import Desk, id_of
from intake.documents.errors import (
    DocumentMissing,
    KindUnknown,
    NoHearing,
    NoMediation,
    TemplateChanged,
)
from intake.documents.kept import Made, Register, Values, register_of
from intake.documents.kinds import Hearing, Kind, Mediation, kinds
from intake.documents.reviewed import LEVELS, of_kind
from intake.documents.shelf import Shelf
from intake.documents.source import Said, Source
from intake.domain.facts import DOCUMENT_MADE, SERVED
from intake.errors import CaseMissing, ContentClosed, SealedMatter
from intake.grpc_api.hearing_file import HearingFiles
from intake.grpc_api.mediation_file import MediationFiles
from intake.grpc_api.review_file import ReviewFiles
from intake.handlers.reads import record_read
from intake.storage import reading
from intake.storage.documents import notes_of
from intake.storage.tables import case_key, cases, write_grant
from kernel.catalogue import Catalogue, Language
from kernel.documents import Template
from kernel.errors import Denied, FieldViolation
from kernel.group_commit import Work
from kernel.identity import Caller
from kernel.interceptors.credentials import read as incoming
from kernel.roles import may
from kernel.scope import Level
from lianxin.intake.v1 import documents_pb2 as pb

PERSONAL = "case.read.personal"
T = TypeVar("T")
R = TypeVar("R", bound=Message)
Context = ServicerContext[Any, Any]


class Paperwork:
    """Shared by the RPCs of documents."""

    _desk: Desk
    _texts: Catalogue
    _shelf: Shelf
    _mediation: MediationFiles
    _reviews: ReviewFiles
    _hearings: HearingFiles

    async def opened(self, caller: Caller, case_id: UUID) -> Source:
        """The case for somebody who may read its content; nothing of it is shown yet.

        Raises:
            CaseMissing, ContentClosed, SealedMatter: not for this caller, or for nobody here.
        """
        now, office, texts = self._desk.clock.now(), self._desk.office, self._texts

        def read(connection: reading.Reader) -> Source:
            found = reading.by_id(connection, caller, case_id, now)
            if found is None:
                raise CaseMissing
            if found.level < Level.CONTENT:
                raise ContentClosed
            if found.row["sealed_for"]:
                raise SealedMatter
            content = reading.content_of(connection, case_id)
            vault = office.vault.of_case(content.key, found.row["sealed_code_key"])
            notes = [
                Said(row, vault.open(f"history:{row['version']}", row["sealed"]))
                for row in notes_of(connection, case_id)
            ]
            return Source(found.row, content, notes, vault, office, texts, caller, now)

        return await self._desk.readers.run(read)

    async def with_mediation(self, source: Source, kind: Kind, given: Mapping[str, str]) -> Source:
        """The same with what mediation keeps, if the kind draws on it.

        Raises:
            MediationAway: what it needs cannot be had now, or not on this node.
            NoMediation: the kind needs a mediation, and the case has none.
        """
        wanted = kind.mediation is Mediation.NEEDED or (
            kind.mediation is Mediation.USED and self._mediation.is_there
        )
        mediated = None
        if wanted:
            case_id, why = str(source.vault.case_id), f"document:{kind.id}"
            mediated = await self._mediation.of_case(case_id, why)
        if mediated is None and kind.mediation is Mediation.NEEDED:
            raise NoMediation(kind=kind.id)
        return replace(source, mediated=mediated, given=given)

    async def with_hearing(self, source: Source, kind: Kind) -> Source:
        """The same with what hearing keeps, if the kind draws on it.

        Raises:
            HearingAway: what it needs cannot be had now, or not on this node.
            NoHearing: the kind needs a hearing, and nobody ever asked for one.
        """
        wanted, heard = kind.hearing, None
        if wanted.needed or (wanted is Hearing.USED and self._hearings.is_there):
            case_id, why = str(source.vault.case_id), f"document:{kind.id}"
            heard = await self._hearings.of_case(case_id, why, wanted)
        if heard is None and wanted.needed:
            raise NoHearing(kind=kind.id)
        return replace(source, heard=heard)

    async def with_review(self, source: Source, kind: Kind) -> Source:
        """The same with what routing keeps of the review that the kind tells of.

        Raises:
            ReviewAway: routing does not answer.
        """
        if kind.id not in LEVELS:
            return source
        reviews = await self._reviews.of_case(str(source.vault.case_id))
        return replace(source, reviewed=of_kind(kind.id, reviews))

    async def record(self, caller: Caller, case_id: UUID, method: str, kind: Kind | None) -> None:
        """Put a reading on record before anything is shown."""
        fields = "content,parties" if kind is None or kind.names_people else "content"
        read = RecordRead(case_id, method, fields, kind.id if kind else "documents")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))

    async def again(self, caller: Caller, case_id: UUID, document_id: str) -> bytes:
        """The file of a document that was made before."""
        made = document_in(register_in(await self.opened(caller, case_id)), document_id)
        return await aside(lambda: self.rendered(kinds()[made.kind], made))

    def rendered(self, kind: Kind, made: Made) -> bytes:
        """The same bytes as were made. Raises TemplateChanged."""
        template = self._shelf.template(kind)
        if template.version != made.template:
            raise TemplateChanged
        data = template.render(made.values)
        if hashlib.sha256(data).hexdigest() != made.sha256:
            raise TemplateChanged
        return data

    def title(self, context: Context) -> convert.Title:
        """Texts in the language of the call."""
        language: Language = incoming(context.invocation_metadata()).language
        return lambda key: self._texts.text(key, language)

    async def act(
        self,
        request: Any,
        handler: Callable[..., T],
        command: Any,
        respond: Callable[[T], R],
        protocol: ModuleType = pb,
    ) -> R:
        """Do it once for its request id."""
        request_id, case_id = id_of(request.request_id, "request_id"), command.case_id
        work = Work(
            handler,
            command,
            key=str(case_id),
            request_id=request_id,
            prefetch=tuple(
                (table, {"case_id": case_id}) for table in (cases, write_grant, case_key)
            ),
        )
        done: R = await self._desk.act(
            request,
            work,
            respond,
            getattr(protocol, f"{type(request).__name__.removesuffix('Request')}Response"),
        )
        return done


async def aside(work: Callable[[], T]) -> T:
    """Setting a document takes some hundredths of a second: not on the event loop."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def kind_for(caller: Caller, name: str) -> Kind:
    """The kind, for somebody whose role may make it. Raises KindUnknown, Denied."""
    kind = kinds().get(name)
    if kind is None:
        raise KindUnknown(FieldViolation("kind", "UNKNOWN_VALUE" if name else "REQUIRED"))
    wanted = (kind.may, PERSONAL) if kind.names_people else (kind.may,)
    for permission in wanted:
        if not may(caller, permission):
            raise Denied(permission=permission)
    return kind


def made_of(kind: Kind, template: Template, values: Values, caller: Caller) -> tuple[Made, bytes]:
    """The entry and the file. Its id is given when it is kept."""
    data = template.render(values)
    return Made(
        document_id=UUID(int=0),  # given when it is kept
        kind=kind.id,
        number=str(values.get("number", "")),
        sha256=hashlib.sha256(data).hexdigest(),
        template=template.version,
        unit=caller.unit,
        values=values,
        starts=kind.starts,
    ), data


def register_in(source: Source) -> Register:
    """Documents and services of a case that was opened."""
    return register_of(
        (note.row, note.said) for note in source.notes if note.kind in {DOCUMENT_MADE, SERVED}
    )


def document_in(kept: Register, document_id: str) -> Made:
    """A document by its id. Raises DocumentMissing."""
    made = kept.document(id_of(document_id, "document_id"))
    if made is None:
        raise DocumentMissing
    return made
