"""One mediation, as far as the caller may read it."""

from kernel.group_commit import Work
from kernel.holding import field_name
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.roles import role_table
from kernel.scope import Level
from lianxin.mediation.v1 import mediation_service_pb2 as pb
from mediation.commands import RecordRead
from mediation.convert.commands import WHY
from mediation.convert.mediations import mediation_message
from mediation.desk import Desk, id_of
from mediation.errors import MediationMissing, ReasonNeeded
from mediation.handlers.reads import record_read
from mediation.storage import reading
from mediation.storage.joining import joined_to
from mediation.storage.tables import mediation

NOTE = "sealed_note"


class Reading:
    """Reading mediations. Whoever reads what is sealed is on record before he sees it."""

    _desk: Desk

    async def GetMediation(
        self, request: pb.GetMediationRequest, _: object
    ) -> pb.GetMediationResponse:
        """The mediation of a case."""
        caller, now = current_caller(), self._desk.clock.now()
        case_id = id_of(request.case_id, "case_id")
        found = await self._desk.readers.run(
            lambda connection: reading.by_case(connection, caller, case_id, now)
        )
        if found is None:
            raise MediationMissing
        joined = await self._desk.readers.run(lambda c: joined_to(c, [case_id]))
        message = mediation_message(found.row, found.level, joined[case_id])
        if found.level is Level.CONTENT and found.row[NOTE]:
            message.note = await self._note(found.row, caller, request.why.strip()[:WHY])
        return pb.GetMediationResponse(mediation=message)

    async def _note(self, row: reading.Row, caller: Caller, why: str) -> str:
        if not why and role_table().is_recorded(caller):
            raise ReasonNeeded
        case_id = row["case_id"]
        read = RecordRead(case_id, "GetMediation", why)
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        key = await self._desk.readers.run(lambda connection: reading.key_of(connection, case_id))
        vault = self._desk.office.vault.of_case(key)
        opened: str = vault.open(field_name(mediation, NOTE, row), row[NOTE])["note"]
        return opened
