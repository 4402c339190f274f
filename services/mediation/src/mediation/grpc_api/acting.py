"""Acts on a mediation. Each: request → command, handler, result → response."""

from functools import partial

from kernel.group_commit import Work
from lianxin.mediation.v1 import mediation_service_pb2 as pb
from mediation.convert import commands
from mediation.convert.mediations import stamp_message
from mediation.desk import Desk
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.registrations import Registrations
from mediation.handlers.opening import open_mediation


class Acting:
    """What the holder does."""

    _desk: Desk
    _matters: Matters
    _registrations: Registrations

    async def OpenMediation(
        self, request: pb.OpenMediationRequest, _: object
    ) -> pb.OpenMediationResponse:
        """Asks routing how the case is handled and intake who is on it, then opens."""
        request_id, command = commands.open_mediation(request)
        matter = await self._matters.of_case(request.case_id)
        registration = await self._registrations.of_case(request.case_id)
        handler = partial(
            open_mediation, office=self._desk.office, matter=matter, registration=registration
        )
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: pb.OpenMediationResponse = await self._desk.act(
            request,
            work,
            lambda stamp: pb.OpenMediationResponse(stamp=stamp_message(stamp)),
            pb.OpenMediationResponse,
        )
        return done
