"""Asking intake who was registered, and whether a text names one of them."""

from collections.abc import Mapping
from uuid import UUID

from hearing.convert.matters import registration_from
from hearing.domain.matter import Registration
from hearing.errors import CaseMissing, IntakeAway
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.intake.v1 import registration_pb2, registration_pb2_grpc

ANSWER_S = 5.0


class Registrations:
    """What intake of this node has registered; None where there is no intake to ask."""

    def __init__(self, intake: Line | None) -> None:
        self._stub: registration_pb2_grpc.RegistrationServiceAsyncStub | None = (
            None if intake is None else registration_pb2_grpc.RegistrationServiceStub(intake)
        )

    async def of_case(self, case_id: UUID | str) -> Registration:
        """Parties of the case and the units it is about.

        Raises:
            CaseMissing: intake does not know it.
            IntakeAway: intake does not answer.
        """
        if self._stub is None:
            raise IntakeAway
        request = registration_pb2.GetRegistrationRequest(case_id=str(case_id))
        asked = self._stub.GetRegistration(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=IntakeAway())
        if answer is None:
            raise CaseMissing
        return registration_from(answer)

    async def naming(self, case_id: UUID, texts: Mapping[str, str]) -> frozenset[str]:
        """Fields of these texts in which a party of the case is named; names stay with intake.

        Raises: as `of_case`.
        """
        if self._stub is None:
            raise IntakeAway
        request = registration_pb2.CheckTextRequest(case_id=str(case_id), texts=texts)
        asked = self._stub.CheckText(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=IntakeAway())
        if answer is None:
            raise CaseMissing
        return frozenset(answer.naming)
