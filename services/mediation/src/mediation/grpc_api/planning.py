"""The plan of a case. Each: request → command, handler, result → response."""

from lianxin.mediation.v1 import casework_pb2, plan_pb2
from mediation.convert import planning
from mediation.grpc_api.case_act import CaseAct
from mediation.grpc_api.colleagues import Colleagues
from mediation.handlers.planning import meet_measure, plan_case


class Planning(CaseAct):
    """一案一策."""

    _colleagues: Colleagues

    async def PlanMediation(
        self, request: casework_pb2.PlanMediationRequest, _: object
    ) -> casework_pb2.PlanMediationResponse:
        """Milestones, lead, team, measures; who is given work has an account here."""
        wanted = planning.plan_mediation(request)
        _, plan = wanted
        await self._expect_known(plan.case_id)
        await self._colleagues.expect_known(plan)
        handler = self._with_office(plan_case)
        return await self._do(request, wanted, handler, casework_pb2.PlanMediationResponse)

    async def MeetMeasure(
        self, request: plan_pb2.MeetMeasureRequest, _: object
    ) -> plan_pb2.MeetMeasureResponse:
        """What came of one."""
        return await self._act(
            request, planning.meet_measure, meet_measure, plan_pb2.MeetMeasureResponse
        )
