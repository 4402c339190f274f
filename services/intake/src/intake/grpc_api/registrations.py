"""RegistrationService: what the other services of the node may know of a registration."""

from functools import partial
from uuid import UUID

from intake.commands import RecordRead
from intake.convert.matters import matter_message
from intake.convert.registrations import names_of, registration_message
from intake.desk import Desk, id_of
from intake.domain.naming import names_somebody
from intake.errors import CaseMissing
from intake.handlers.reads import record_read
from intake.storage import reading
from intake.vault import CaseVault
from kernel.access import Access
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.intake.v1 import registration_pb2 as pb
from lianxin.intake.v1 import registration_pb2_grpc as grpc

SERVICE = "/lianxin.intake.v1.RegistrationService/"
REGISTRATION_ACCESS = {
    SERVICE + "GetRegistration": Access(service=True),
    SERVICE + "GetMatter": Access(service=True),
    SERVICE + "CheckText": Access(service=True),
}
FIELDS = "help_flags"
MATTER = "content,parties"
NAMES = "parties"
ACCOUNT = 64
TEXTS, LONGEST, FIELD = 20, 50_000, 64
"""How many texts are looked at together, how long one is, and the name of its field."""


class RegistrationServicer(grpc.RegistrationServiceServicer):
    """Parties and requests by ids."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetRegistration(
        self, request: pb.GetRegistrationRequest, _: object
    ) -> pb.GetRegistrationResponse:
        """What is registered; a sealed matter is told to nobody. Raises CaseMissing."""
        case_id = id_of(request.case_id, "case_id")
        row, content, vault = await self._opened(case_id, "GetRegistration", FIELDS)
        return registration_message(row, content, vault)

    async def GetMatter(self, request: pb.GetMatterRequest, _: object) -> pb.GetMatterResponse:
        """The matter for one who is invited, or mediates it for others; on record."""
        case_id = id_of(request.case_id, "case_id")
        account = _account(request.account)
        why = f"{'mediator' if request.mediates else 'invited'} {account}"
        opened = await self._opened(case_id, "GetMatter", MATTER, why)
        return pb.GetMatterResponse(matter=matter_message(*opened))

    async def CheckText(self, request: pb.CheckTextRequest, _: object) -> pb.CheckTextResponse:
        """In which texts a party is named; names are looked for here, and stay. On record."""
        case_id, texts = id_of(request.case_id, "case_id"), _texts(request)
        _, content, vault = await self._opened(case_id, "CheckText", NAMES)
        names = names_of(content, vault)
        naming = [field for field, text in texts.items() if names_somebody(text, names)]
        return pb.CheckTextResponse(naming=naming)

    async def _opened(
        self, case_id: UUID, method: str, fields: str, why: str = ""
    ) -> tuple[reading.Row, reading.Content, CaseVault]:
        """A registration with what opens it, once the reading is on record. Raises CaseMissing."""
        readers, read = self._desk.readers, RecordRead(case_id, method, fields, why)
        row = await readers.run(partial(reading.registered, case_id=case_id))
        if row is None or row["sealed_for"]:
            raise CaseMissing
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=current_caller()))
        content = await readers.run(partial(reading.content_of, case_id=case_id))
        return row, content, self._desk.office.vault.of_case(content.key, row["sealed_code_key"])


def _texts(request: pb.CheckTextRequest) -> dict[str, str]:
    """Texts by field, in order. Raises InvalidInput."""
    texts = dict(sorted(request.texts.items()))
    if not texts or len(texts) > TEXTS:
        raise InvalidInput(FieldViolation("texts", "TOO_MANY" if texts else "REQUIRED", TEXTS))
    if any(not field or len(field) > FIELD for field in texts):
        raise InvalidInput(FieldViolation("texts", "MALFORMED"))
    if any(len(text) > LONGEST for text in texts.values()):
        raise InvalidInput(FieldViolation("texts", "TOO_LONG", LONGEST))
    return texts


def _account(text: str) -> str:
    """An account of this node. Raises InvalidInput."""
    if not text or len(text) > ACCOUNT or not text.isprintable() or " " in text:
        raise InvalidInput(FieldViolation("account", "MALFORMED" if text else "REQUIRED"))
    return text
