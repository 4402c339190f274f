"""Asking intake who was registered, before anybody is named at the table."""

from uuid import UUID

from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.common.v1 import invitation_pb2
from lianxin.intake.v1 import registration_pb2, registration_pb2_grpc
from mediation.convert.registrations import registration_from
from mediation.domain.registration import Registration
from mediation.errors import CaseMissing
from mediation.errors_consent import IntakeAway

ANSWER_S = 5.0


class Registrations:
    """What intake of this node has registered; None where there is no intake to ask."""

    def __init__(self, intake: Line | None) -> None:
        self._stub: registration_pb2_grpc.RegistrationServiceAsyncStub | None = (
            None if intake is None else registration_pb2_grpc.RegistrationServiceStub(intake)
        )

    async def of_case(self, case_id: UUID | str) -> Registration:
        """Parties and requests of the case.

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

    async def matter_of(
        self, case_id: UUID, account: str, *, mediates: bool = False
    ) -> invitation_pb2.Matter:
        """The matter for somebody who was invited, or mediates it for another unit.

        The reading is on record under his account.

        Raises:
            CaseMissing: intake does not know it, or it is sealed.
            IntakeAway: intake does not answer.
        """
        if self._stub is None:
            raise IntakeAway
        request = registration_pb2.GetMatterRequest(
            case_id=str(case_id), account=account, mediates=mediates
        )
        asked = self._stub.GetMatter(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=IntakeAway())
        if answer is None:
            raise CaseMissing
        return answer.matter
