"""Asking hearing what it came to, before the facts of a mediation are said to rest on it."""

from uuid import UUID

from kernel.errors import FieldViolation
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.hearing.v1 import conclusion_pb2 as pb
from lianxin.hearing.v1 import conclusion_pb2_grpc as grpc
from mediation.errors import FieldsInvalid, HearingAway

ANSWER_S = 5.0


class Hearings:
    """What hearing of this node concluded; None where there is no hearing to ask."""

    def __init__(self, hearing: Line | None) -> None:
        self._stub: grpc.HearingConclusionServiceAsyncStub | None = (
            None if hearing is None else grpc.HearingConclusionServiceStub(hearing)
        )

    async def concluded(self, case_id: UUID, number: int) -> str:
        """What the hearing of this number came to.

        Raises:
            FieldsInvalid: the case has no hearing of this number that was concluded.
            HearingAway: hearing does not answer.
        """
        if self._stub is None:
            raise HearingAway
        request = pb.ListOutcomesRequest(case_id=str(case_id))
        asked = self._stub.ListOutcomes(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=HearingAway())
        outcomes = () if answer is None else answer.outcomes
        found = next((one for one in outcomes if one.number == number), None)
        if found is None:
            raise FieldsInvalid(FieldViolation("hearing_number", "HEARING_NOT_CONCLUDED"))
        return pb.Finding.Name(found.finding).removeprefix("FINDING_").lower()
