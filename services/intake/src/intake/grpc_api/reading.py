"""One case, as far as the caller may read it; and the resident's question."""

from uuid import UUID

from grpc.aio import ServicerContext

from intake.commands import RecordRead
from intake.convert import cases as convert
from intake.convert.tracking import tracked_message
from intake.desk import Desk, id_of
from intake.domain import numbering
from intake.domain.showing import Reader
from intake.errors import CaseMissing, ReasonNeeded
from intake.handlers.reads import record_read
from intake.storage import reading
from intake.storage.reading import Found
from intake.tracking import Tracker
from kernel.catalogue import Catalogue
from kernel.errors import Denied
from kernel.group_commit import Work
from kernel.holding import CaseErased
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.roles import may, role_table
from kernel.scope import Level
from lianxin.intake.v1 import case_pb2
from lianxin.intake.v1 import intake_service_pb2 as pb

PERSONAL, WITHHELD = "case.read.personal", "case.read.withheld"


class Reading:
    """Reading one case. Whoever reads personal fields is on record before he sees them."""

    _desk: Desk
    _tracker: Tracker
    _texts: Catalogue

    async def GetCase(self, request: pb.GetCaseRequest, _: object) -> pb.GetCaseResponse:
        """One case; a merged number answers with the going-on case."""
        caller = current_caller()
        found = await self._found(caller, request.case_id, request.case_no)
        message = convert.case_message(found)
        if found.level >= Level.TIMELINE:
            links = await self._desk.readers.run(
                lambda connection: reading.links_of(connection, found.row["case_id"])
            )
            message.links.extend(convert.link_messages(links))
        if found.level is Level.CONTENT:
            await self._add_content(message, found, caller, request.unmask, request.why)
        return pb.GetCaseResponse(case=message)

    async def TrackCase(
        self,
        request: pb.TrackCaseRequest,
        context: "ServicerContext[pb.TrackCaseRequest, pb.TrackCaseResponse]",
    ) -> pb.TrackCaseResponse:
        """Where the case is, for whoever has number and code."""
        now = self._desk.clock.now()
        tracked = await self._tracker.track(
            self._desk.readers, request.case_no, request.query_code, now
        )
        language = incoming(context.invocation_metadata()).language
        return tracked_message(tracked, self._desk.office.directory(), self._texts, language)

    async def _found(self, caller: Caller, case_id: str, case_no: str) -> Found:
        now = self._desk.clock.now()
        if case_id:
            which = id_of(case_id, "case_id")
            found = await self._desk.readers.run(
                lambda connection: reading.by_id(connection, caller, which, now)
            )
        else:
            number = numbering.plain_number(case_no)
            found = await self._desk.readers.run(
                lambda connection: reading.by_number(connection, caller, number, now)
            )
        if found is None:
            raise CaseMissing
        return found

    async def _add_content(
        self, message: case_pb2.Case, found: Found, caller: Caller, unmask: bool, why: str
    ) -> None:
        if not why.strip() and (unmask or role_table().is_recorded(caller)):
            raise ReasonNeeded
        if unmask and not may(caller, PERSONAL):
            raise Denied(permission=PERSONAL)
        case_id: UUID = found.row["case_id"]
        fields = "content,parties" if unmask else "content"
        await self.record(caller, RecordRead(case_id, "GetCase", fields, why.strip()[:200]))
        content = await self._desk.readers.run(
            lambda connection: reading.content_of(connection, case_id)
        )
        row = found.row
        try:
            vault = self._desk.office.vault.of_case(content.key, row["sealed_code_key"])
        except CaseErased:  # number, states and times are all there is
            return
        units = (caller.unit, row["holder_unit"], row["registering_unit"])
        reader = Reader(*units, asked=unmask, meets=may(caller, WITHHELD))
        convert.add_content(message, found, content, vault, reader)

    async def record(self, caller: Caller, read: RecordRead) -> None:
        """Put a reading of personal fields on record."""
        await self._desk.do(Work(record_read, read, key=str(read.case_id), caller=caller))
