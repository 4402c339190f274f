"""Who mediates; routing is asked whether mediators of other units can sign in here."""

from functools import partial

from kernel.interceptors import current_caller
from lianxin.mediation.v1 import casework_pb2 as pb
from mediation import commands_casework as todo
from mediation.convert import casework
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.colleagues import Colleagues
from mediation.handlers import assigning
from mediation.handlers.guests import Accounts
from mediation.storage import guests, reading


class Assigning(CaseAct):
    """The decision on a suggestion."""

    _colleagues: Colleagues

    async def AssignMediators(
        self, request: pb.AssignMediatorsRequest, _: object
    ) -> pb.AssignMediatorsResponse:
        """Who mediates, and whose account reads this case by it."""
        _, command = casework.assign_mediators(request)
        accounts = await self._accounts(command)
        handler = partial(self._with_office(assigning.assign_mediators), accounts=accounts)
        return await self._act(
            request, casework.assign_mediators, handler, pb.AssignMediatorsResponse
        )

    async def _accounts(self, command: todo.AssignMediators) -> Accounts:
        """Those of other units who sign in here; nobody is asked for who may not know the case."""
        caller, now = current_caller(), self._desk.clock.now()
        found = await self._desk.readers.run(
            lambda c: reading.by_case(c, caller, command.case_id, now)
        )
        if found is None:
            return frozenset()
        holder = found.row["holder_unit"]
        elsewhere = await self._desk.readers.run(
            lambda c: guests.elsewhere(c, command.mediators, holder)
        )
        return await self._colleagues.of_units(elsewhere)
