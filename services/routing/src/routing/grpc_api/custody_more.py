"""The RPCs of CustodyService beside hand-over: placement, joint handling, reports."""

from typing import Any

from lianxin.routing.v1 import custody_pb2 as pb
from routing.convert import ending as endings
from routing.convert import joint
from routing.exchange.bridge import Bridge
from routing.handlers import cohandling, leading, placement, referrals, reports


class MoreRpcs:
    """Place, report up, refer out, handle jointly."""

    bridge: Bridge

    async def ConfirmPlacement(
        self, request: pb.ConfirmPlacementRequest, _: Any
    ) -> pb.ConfirmPlacementResponse:
        """A person's decision on the proposed placement."""
        command = endings.place(request)
        return await self.bridge.write(
            request, placement.confirm_placement, command, endings.placed
        )

    async def ReportUp(self, request: pb.ReportUpRequest, _: Any) -> pb.ReportUpResponse:
        """Report to the upper unit (情况上报)."""
        command = joint.report_up(request)
        return await self.bridge.write(request, reports.report_up, command, joint.reported)

    async def AcknowledgeReport(
        self, request: pb.AcknowledgeReportRequest, _: Any
    ) -> pb.AcknowledgeReportResponse:
        """The upper unit's acknowledgement."""
        command = joint.acknowledge(request)
        return await self.bridge.write(request, reports.acknowledge, command, joint.acknowledged)

    async def ReferOut(self, request: pb.ReferOutRequest, _: Any) -> pb.ReferOutResponse:
        """Refer to a body outside (移送、导入)."""
        command = joint.refer_out(request)
        return await self.bridge.write(request, referrals.refer_out, command, joint.referred)

    async def RecordAssignment(
        self, request: pb.RecordAssignmentRequest, _: Any
    ) -> pb.RecordAssignmentResponse:
        """Assigned by a superior outside (上级交办)."""
        command = joint.record_assignment(request)
        return await self.bridge.write(
            request, referrals.record_assignment, command, joint.assignment_recorded
        )

    async def OpenCohandling(
        self, request: pb.OpenCohandlingRequest, _: Any
    ) -> pb.OpenCohandlingResponse:
        """Ask another unit to handle jointly (协办)."""
        command = joint.open_cohandling(request)
        return await self.bridge.write(
            request, cohandling.open_cohandling, command, joint.cohandling_opened
        )

    async def CompleteCohandling(
        self, request: pb.CompleteCohandlingRequest, _: Any
    ) -> pb.CompleteCohandlingResponse:
        """A co-handler's report."""
        command = joint.complete_cohandling(request)
        return await self.bridge.write(
            request, cohandling.complete, command, joint.cohandling_completed
        )

    async def AssignHandler(
        self, request: pb.AssignHandlerRequest, _: Any
    ) -> pb.AssignHandlerResponse:
        """Name the person who handles the case (承办人)."""
        command = joint.assign_handler(request)
        return await self.bridge.write(
            request, leading.assign_handler, command, joint.handler_assigned
        )
