"""Who takes part and which kind mediates, checked with intake and routing, which know it."""

from functools import partial
from uuid import UUID

from kernel.interceptors import current_caller
from lianxin.mediation.v1 import casework_pb2 as pb
from mediation.convert import casework
from mediation.desk import id_of
from mediation.errors import MediationMissing
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.handlers.assigning import switch_kind
from mediation.handlers.naming import name_parties
from mediation.storage import reading


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

    async def _expect_known(self, case_id: UUID) -> None:
        """Intake is asked for nobody who may not know of the case. Raises MediationMissing."""
        caller, now = current_caller(), self._desk.clock.now()
        found = await self._desk.readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None:
            raise MediationMissing
