"""Who takes part and which kind mediates, checked with intake and routing, which know it."""

from functools import partial

from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import joining_pb2
from mediation.convert import casework, joining
from mediation.desk import id_of
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.handlers.kinds import join_kind, leave_kind, switch_kind
from mediation.handlers.naming import name_parties


class Parties(CaseAct):
    """The people at the table."""

    _registrations: Registrations
    _matters: Matters

    async def NameParties(
        self, request: pb.NamePartiesRequest, _: object
    ) -> pb.NamePartiesResponse:
        """Who takes part, as registered; who joins later is registered first."""
        casework.name_parties(request)  # what is wrong in it costs intake no question
        await self._expect_known(id_of(request.case_id, "case_id"))
        registration = await self._registrations.of_case(request.case_id)
        handler = partial(name_parties, registration=registration)
        return await self._act(request, casework.name_parties, handler, pb.NamePartiesResponse)

    async def SwitchKind(self, request: pb.SwitchKindRequest, _: object) -> pb.SwitchKindResponse:
        """Another kind takes over, as the procedure of the case allows it now; routing knows it."""
        casework.switch_kind(request)
        await self._expect_known(id_of(request.case_id, "case_id"))
        matter = await self._matters.of_case(request.case_id)
        handler = partial(switch_kind, procedure=matter.procedure)
        return await self._act(request, casework.switch_kind, handler, pb.SwitchKindResponse)

    async def JoinKind(
        self, request: joining_pb2.JoinKindRequest, _: object
    ) -> joining_pb2.JoinKindResponse:
        """A body joins, where the procedure of the case leaves it to mediation; routing knows."""
        joining.join_kind(request)
        await self._expect_known(id_of(request.case_id, "case_id"))
        matter = await self._matters.of_case(request.case_id)
        handler = partial(self._with_office(join_kind), procedure=matter.procedure)
        return await self._act(request, joining.join_kind, handler, joining_pb2.JoinKindResponse)

    async def LeaveKind(
        self, request: joining_pb2.LeaveKindRequest, _: object
    ) -> joining_pb2.LeaveKindResponse:
        """A body goes."""
        return await self._act(
            request, joining.leave_kind, leave_kind, joining_pb2.LeaveKindResponse
        )
