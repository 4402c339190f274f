"""Asking routing how a case is handled, before a mediation of it is opened."""

from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc
from mediation.commands import Matter
from mediation.convert.commands import matter_from
from mediation.errors import CaseMissing, RoutingAway

ANSWER_S = 5.0


class Matters:
    """What routing of this node knows; None where there is no routing to ask."""

    def __init__(self, routing: Line | None) -> None:
        self._stub: custody_pb2_grpc.CustodyServiceAsyncStub | None = (
            None if routing is None else custody_pb2_grpc.CustodyServiceStub(routing)
        )

    async def of_case(self, case_id: str) -> Matter:
        """How the case is handled.

        Raises:
            CaseMissing: routing does not know it.
            RoutingAway: routing does not answer.
        """
        if self._stub is None:
            raise RoutingAway
        request = custody_pb2.GetCustodyRequest(case_id=case_id)
        asked = self._stub.GetCustody(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=RoutingAway())
        if answer is None:
            raise CaseMissing
        return matter_from(answer.custody)
