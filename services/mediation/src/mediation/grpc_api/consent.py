"""MediationConsentService: what parties consented to, and duties found not to apply."""

from functools import partial
from typing import Any
from uuid import UUID

from grpc.aio import ServicerContext

from kernel.access import Access, Scope
from kernel.errors import FieldViolation, InvalidInput
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.scope import Level
from lianxin.mediation.v1 import consent_pb2 as pb
from lianxin.mediation.v1 import consent_pb2_grpc as grpc
from mediation.consents import shipped_consents
from mediation.convert import consent as convert
from mediation.desk import Desk, id_of
from mediation.domain.consent import SENSITIVE_BY_CATEGORY
from mediation.errors import MediationMissing
from mediation.grpc_api.case_act import CaseAct
from mediation.handlers import consenting, duties
from mediation.storage import consents as storage
from mediation.storage import reading

CONSENT = "/lianxin.mediation.v1.MediationConsentService/"
CONSENT_ACCESS = {
    CONSENT + "GetConsentTexts": Access("mediation.run"),
    **{
        CONSENT + name: Access("mediation.run", scope=Scope.CASE)
        for name in ("RecordConsent", "ListConsents", "WaiveDuty", "DecideWaiver", "ListDuties")
    },
}


class ConsentServicer(CaseAct, grpc.MediationConsentServiceServicer):
    """Consent per party, and the duties to report of a case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetConsentTexts(
        self, request: pb.GetConsentTextsRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetConsentTextsResponse:
        """What is read or handed out."""
        texts = shipped_consents()
        version = request.version or texts.newest
        if version not in texts.versions:
            raise InvalidInput(FieldViolation("version", "UNKNOWN_VALUE"))
        language = incoming(context.invocation_metadata()).language
        return convert.texts_message(version, texts.versions[version], language)

    async def RecordConsent(
        self, request: pb.RecordConsentRequest, _: object
    ) -> pb.RecordConsentResponse:
        """One word of a party."""
        return await self._act(
            request, convert.record_consent, consenting.record_consent, pb.RecordConsentResponse
        )

    async def ListConsents(
        self, request: pb.ListConsentsRequest, _: object
    ) -> pb.ListConsentsResponse:
        """What was said, and what is missing for sitting down together."""
        row, file = await self._file(id_of(request.case_id, "case_id"))
        found = consenting.lacks_of(row, file, self._desk.office)
        category = SENSITIVE_BY_CATEGORY.get(row["category"])
        return convert.consents_message(file.consents, found, filter(None, [category]))

    async def WaiveDuty(self, request: pb.WaiveDutyRequest, _: object) -> pb.WaiveDutyResponse:
        """It does not apply, somebody says."""
        handler = self._with_office(duties.waive_duty)
        return await self._act(request, convert.waive_duty, handler, pb.WaiveDutyResponse)

    async def DecideWaiver(
        self, request: pb.DecideWaiverRequest, _: object
    ) -> pb.DecideWaiverResponse:
        """A second person's word."""
        return await self._act(
            request, convert.decide_waiver, duties.decide_waiver, pb.DecideWaiverResponse
        )

    async def ListDuties(self, request: pb.ListDutiesRequest, _: object) -> pb.ListDutiesResponse:
        """Duties, and how the sides are to be met."""
        _row, file = await self._file(id_of(request.case_id, "case_id"))
        return convert.duties_message(
            file.duties, apart=duties.apart(file), green_channel=file.green_channel
        )

    async def _file(self, case_id: UUID) -> tuple[reading.Row, storage.File]:
        """The mediation, for who may read its content. Raises MediationMissing."""
        caller, now, readers = current_caller(), self._desk.clock.now(), self._desk.readers
        found = await readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None or found.level is not Level.CONTENT:
            raise MediationMissing
        return found.row, await readers.run(partial(storage.file_of, case_id=case_id))
