"""RegistrationService: what the other services of the node may know of a registration."""

from functools import partial

from intake.commands import RecordRead
from intake.convert.registrations import registration_message
from intake.desk import Desk, id_of
from intake.errors import CaseMissing
from intake.handlers.reads import record_read
from intake.storage import reading
from kernel.access import Access
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.intake.v1 import registration_pb2 as pb
from lianxin.intake.v1 import registration_pb2_grpc as grpc

REGISTRATION_ACCESS = {
    "/lianxin.intake.v1.RegistrationService/GetRegistration": Access(service=True)
}
FIELDS = "help_flags"


class RegistrationServicer(grpc.RegistrationServiceServicer):
    """Parties and requests by ids."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetRegistration(
        self, request: pb.GetRegistrationRequest, _: object
    ) -> pb.GetRegistrationResponse:
        """What is registered; a sealed matter is told to nobody. Raises CaseMissing."""
        case_id, readers = id_of(request.case_id, "case_id"), self._desk.readers
        row = await readers.run(partial(reading.registered, case_id=case_id))
        if row is None or row["sealed_for"]:
            raise CaseMissing
        caller = current_caller()
        read = RecordRead(case_id, "GetRegistration", FIELDS, "")
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        content = await readers.run(partial(reading.content_of, case_id=case_id))
        vault = self._desk.office.vault.of_case(content.key, row["sealed_code_key"])
        return registration_message(row, content, vault)
