"""Ending a case through its door: every service of the node is asked first (ADR 0088)."""

from collections.abc import Callable
from typing import Any

from kernel.catalogue import Catalogue
from kernel.identity import Kind
from kernel.ids import parse_id
from kernel.interceptors import current_caller
from lianxin.routing.v1 import custody_pb2 as pb
from routing.convert import ending as endings
from routing.convert import joint
from routing.errors import CaseUnknown
from routing.grpc_api.asking import AskingRpcs
from routing.grpc_api.reading import language_of
from routing.handlers import closing, referrals
from routing.storage import closings
from routing.storage.supervision import referral_ends

Handler = Callable[..., Any]


class ClosingRpcs(AskingRpcs):
    """Close, decide on a proposed ending, let go for good, ask what is missing, reopen."""

    texts: Catalogue

    async def CloseCase(self, request: pb.CloseCaseRequest, _: Any) -> pb.CloseCaseResponse:
        """End the case (办结)."""
        command = endings.close(request)
        handler = await self.asked(command, command.ending, closing.close_case)
        return await self.bridge.write(request, handler, command, endings.closed)

    async def DecideClosing(
        self, request: pb.DecideClosingRequest, _: Any
    ) -> pb.DecideClosingResponse:
        """A second person's decision on an ending."""
        command = endings.decide_closing(request)
        handler: Handler = closing.decide_closing
        if command.approved:
            proposed = await self.bridge.read(closings.proposed_ending, command.case_id)
            handler = await self.asked(command, proposed, handler)
        return await self.bridge.write(request, handler, command, endings.closing_decided)

    async def RecordReferral(
        self, request: pb.RecordReferralRequest, _: Any
    ) -> pb.RecordReferralResponse:
        """Receipt or answer of the body outside; the case ends when it was to leave for good."""
        command = joint.record_referral(request)
        handler: Handler = referrals.record_referral
        leaves = await self.bridge.read(referral_ends, command.case_id, command.referral_id)
        if leaves and command.state in referrals.GONE:
            handler = await self.asked(command, closing.REFERRED, handler)
        return await self.bridge.write(request, handler, command, joint.referral_recorded)

    async def ReopenCase(self, request: pb.ReopenCaseRequest, _: Any) -> pb.ReopenCaseResponse:
        """Go on with an ended case."""
        command = endings.reopen(request)
        return await self.bridge.write(request, closing.reopen_case, command, endings.reopened)

    async def AskEnding(self, request: pb.AskEndingRequest, context: Any) -> pb.AskEndingResponse:
        """What stands against an ending, for the holder and the services of the node."""
        case_id, ending = parse_id(request.case_id, "case_id"), endings.ending_of(request)
        row = await self.bridge.read(closings.closing_row, case_id)
        caller = current_caller()
        if row is None or not (caller.kind is Kind.SERVICE or caller.unit == row["holder_unit"]):
            raise CaseUnknown(case_id=case_id)
        answers = await self.answers(row, ending)
        return endings.lacks_out(answers, self.texts, language_of(context))
