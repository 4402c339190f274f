"""The hand-over RPCs of CustodyService."""

from typing import Any

from lianxin.routing.v1 import custody_pb2 as pb
from routing.convert import handover as convert
from routing.exchange.bridge import Bridge
from routing.handlers import designation, notes
from routing.handlers.handover import begin, recalling, signing


class HandoverRpcs:
    """Hand on, sign, object, decide, recall, designate, note."""

    bridge: Bridge

    async def Escalate(self, request: pb.EscalateRequest, context: Any) -> pb.EscalateResponse:
        """Hand up (提级)."""
        command = convert.escalate(request)
        return await self.bridge.write(request, begin.begin_handover, command, convert.escalated)

    async def Assign(self, request: pb.AssignRequest, context: Any) -> pb.AssignResponse:
        """Hand down with a due date (交办)."""
        command = convert.assign(request)
        return await self.bridge.write(request, begin.begin_handover, command, convert.assigned)

    async def Forward(self, request: pb.ForwardRequest, context: Any) -> pb.ForwardResponse:
        """Hand down or sideways (转送)."""
        command = convert.forward(request)
        return await self.bridge.write(request, begin.begin_handover, command, convert.forwarded)

    async def SignFor(self, request: pb.SignForRequest, context: Any) -> pb.SignForResponse:
        """Sign for a received case (签收)."""
        command = convert.sign_for(request)
        return await self.bridge.write(request, signing.sign_for, command, convert.signed)

    async def Object(self, request: pb.ObjectRequest, context: Any) -> pb.ObjectResponse:
        """Object to a received case (异议)."""
        command = convert.object_to(request)
        return await self.bridge.write(request, signing.object_to, command, convert.objected)

    async def DecideObjection(
        self, request: pb.DecideObjectionRequest, context: Any
    ) -> pb.DecideObjectionResponse:
        """The sender's decision."""
        command = convert.decide(request)
        return await self.bridge.write(request, signing.decide_objection, command, convert.decided)

    async def Recall(self, request: pb.RecallRequest, context: Any) -> pb.RecallResponse:
        """Take an unclaimed hand-over back (收回)."""
        command = convert.recall(request)
        return await self.bridge.write(request, recalling.recall, command, convert.recalled)

    async def Designate(self, request: pb.DesignateRequest, context: Any) -> pb.DesignateResponse:
        """Binding designation (指定办理)."""
        command = convert.designate(request)
        return await self.bridge.write(request, designation.designate, command, convert.designated)

    async def AddNote(self, request: pb.AddNoteRequest, context: Any) -> pb.AddNoteResponse:
        """A note, wherever the case is."""
        command = convert.note(request)
        return await self.bridge.write(request, notes.add_note, command, convert.noted)
