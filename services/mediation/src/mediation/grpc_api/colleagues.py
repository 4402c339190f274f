"""Asking routing, which keeps the accounts of the node, whether somebody who was named is one."""

from collections.abc import Iterable

from kernel.errors import FieldViolation
from kernel.grpc_client import Line
from kernel.service.asking import answer_of
from lianxin.routing.v1 import staff_pb2, staff_pb2_grpc
from mediation.commands_plan import PlanCase
from mediation.errors import FieldsInvalid, RoutingAway

ANSWER_S = 5.0


class Colleagues:
    """Accounts of this node; where there is no routing to ask, whoever is named is taken."""

    def __init__(self, routing: Line | None) -> None:
        self._stub: staff_pb2_grpc.StaffServiceAsyncStub | None = (
            None if routing is None else staff_pb2_grpc.StaffServiceStub(routing)
        )

    async def expect_known(self, plan: PlanCase) -> None:
        """Refuse a plan that gives work to somebody who is nobody here.

        Raises:
            FieldsInvalid: naming each field whose account is unknown or disabled.
            RoutingAway: routing does not answer.
        """
        named = list(_named(plan))
        if self._stub is None or not named:
            return
        request = staff_pb2.FindUnknownStaffRequest(staff_ids={one for _, one in named})
        answer = await answer_of(
            self._stub.FindUnknownStaff(request, timeout=ANSWER_S), away=RoutingAway()
        )
        unknown = set(answer.unknown)
        wrong = [FieldViolation(field, "UNKNOWN_VALUE") for field, one in named if one in unknown]
        if wrong:
            raise FieldsInvalid(*wrong)

    async def of_units(self, asked: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of these units and accounts that are so at this node: an account of that unit.

        Raises:
            RoutingAway: routing does not answer.
        """
        found: set[tuple[str, str]] = set()
        if self._stub is None:
            return frozenset()
        for unit, staff in sorted(set(asked)):
            request = staff_pb2.FindUnknownStaffRequest(staff_ids=[staff], unit_id=unit)
            call = self._stub.FindUnknownStaff(request, timeout=ANSWER_S)
            if not (await answer_of(call, away=RoutingAway())).unknown:
                found.add((unit, staff))
        return frozenset(found)


def _named(plan: PlanCase) -> Iterable[tuple[str, str]]:
    """Each account of a plan with the field it stands in."""
    if plan.lead:
        yield "lead_staff", plan.lead
    for one in plan.team.staff:
        yield "team_staff", one
    for at, measure in enumerate(plan.measures):
        if measure.staff:
            yield f"measures[{at}].staff", measure.staff
