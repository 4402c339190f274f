"""MediationFileService: lists, and the whole file of one case read again."""

from functools import partial
from uuid import UUID

from kernel.access import Access, Scope
from kernel.group_commit import Work
from kernel.holding.rows import Words
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.pages import token_of
from kernel.roles import role_table
from lianxin.mediation.v1 import file_pb2 as pb
from lianxin.mediation.v1 import file_pb2_grpc as grpc
from mediation.commands import RecordRead
from mediation.convert import lists
from mediation.convert.commands import WHY
from mediation.convert.file import file_message
from mediation.convert.file_closing import closing_message
from mediation.desk import Desk, id_of
from mediation.errors import MediationMissing, ReasonNeeded
from mediation.grpc_api.registrations import Registrations
from mediation.handlers.closing import missing_of
from mediation.handlers.reads import record_read
from mediation.storage import file as storage
from mediation.storage import guests
from mediation.storage import lists as pages

FILE = "/lianxin.mediation.v1.MediationFileService/"
FILE_ACCESS = {
    FILE + "ListMediations": Access("case.read.header", scope=Scope.LIST, service=True),
    FILE + "GetFile": Access("case.read.content", scope=Scope.CASE, service=True),
    FILE + "ListMediators": Access("mediation.run", service=True),
}


class MediationFileServicer(grpc.MediationFileServiceServicer):
    """Reads only. Whoever reads what is sealed is on record before he sees it."""

    def __init__(self, desk: Desk, registrations: Registrations) -> None:
        self._desk = desk
        self._registrations = registrations

    async def ListMediations(
        self, request: pb.ListMediationsRequest, _: object
    ) -> pb.ListMediationsResponse:
        """Newest first."""
        asked = lists.asked_from(request, current_caller(), self._desk.clock.now())
        found, after = await self._desk.readers.run(partial(pages.page, asked=asked))
        return pb.ListMediationsResponse(
            mediations=map(lists.line_message, found),
            next_page_token=token_of("mediations", after),
        )

    async def ListMediators(
        self, request: pb.ListMediatorsRequest, _: object
    ) -> pb.ListMediatorsResponse:
        """The register: codes and ids."""
        which = lists.which_mediators(request)
        found, after = await self._desk.readers.run(partial(pages.mediators, which=which))
        return pb.ListMediatorsResponse(
            mediators=map(lists.mediator_message, found),
            next_page_token=token_of("mediators", after),
        )

    async def GetFile(self, request: pb.GetFileRequest, _: object) -> pb.GetFileResponse:
        """Everything on file of one case."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        now, readers = self._desk.clock.now(), self._desk.readers
        found = await readers.run(lambda c: storage.content_of(c, caller, case_id, now))
        if found is None:
            raise MediationMissing
        await self._record(case_id, caller, request.why.strip()[:WHY])
        words = Words(self._desk.office.vault.of_case(found.key))
        message = file_message(found, words)
        missing = missing_of(found.row, found.work, self._desk.office)
        message.closing.CopyFrom(closing_message(found, words, missing))
        if await readers.run(lambda c: guests.mediated_by(c, caller, now, case_id)):
            matter = await self._registrations.matter_of(case_id, caller.id, mediates=True)
            message.matter.CopyFrom(matter)
        return pb.GetFileResponse(file=message)

    async def _record(self, case_id: UUID, caller: Caller, why: str) -> None:
        if not why and role_table().is_recorded(caller):
            raise ReasonNeeded
        read = RecordRead(case_id, "GetFile", why)
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
