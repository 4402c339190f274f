"""Ending a case through its door: every service of the node is asked first (ADR 0088)."""

import asyncio
from collections.abc import Callable
from typing import Any

from kernel.catalogue import Catalogue
from kernel.errors import StaleVersion
from kernel.identity import Kind
from kernel.ids import parse_id
from kernel.interceptors import current_caller
from lianxin.routing.v1 import custody_pb2 as pb
from routing.commands.ending import Seen
from routing.convert import ending as endings
from routing.convert import joint
from routing.domain.asking import Said, Wanted, unheard
from routing.errors import CaseUnknown
from routing.exchange.asking import Services, expect_closable
from routing.exchange.bridge import Bridge
from routing.grpc_api.reading import language_of
from routing.handlers import closing, referrals
from routing.storage import closings
from routing.storage.supervision import referral_ends

Handler = Callable[..., Any]
LOOKS, BETWEEN_S = 30, 0.05
"""So often the log is looked at for what services have written and it has not heard of."""


class ClosingRpcs:
    """Close, decide on a proposed ending, let go for good, ask what is missing, reopen."""

    bridge: Bridge
    texts: Catalogue
    services: Services

    async def CloseCase(self, request: pb.CloseCaseRequest, _: Any) -> pb.CloseCaseResponse:
        """End the case (办结)."""
        command = endings.close(request)
        handler = await self._asked(command, command.ending, closing.close_case)
        return await self.bridge.write(request, handler, command, endings.closed)

    async def DecideClosing(
        self, request: pb.DecideClosingRequest, _: Any
    ) -> pb.DecideClosingResponse:
        """A second person's decision on an ending."""
        command = endings.decide_closing(request)
        handler: Handler = closing.decide_closing
        if command.approved:
            proposed = await self.bridge.read(closings.proposed_ending, command.case_id)
            handler = await self._asked(command, proposed, handler)
        return await self.bridge.write(request, handler, command, endings.closing_decided)

    async def RecordReferral(
        self, request: pb.RecordReferralRequest, _: Any
    ) -> pb.RecordReferralResponse:
        """Receipt or answer of the body outside; the case ends when it was to leave for good."""
        command = joint.record_referral(request)
        handler: Handler = referrals.record_referral
        leaves = await self.bridge.read(referral_ends, command.case_id, command.referral_id)
        if leaves and command.state in referrals.GONE:
            handler = await self._asked(command, closing.REFERRED, handler)
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
        answers = await self._answers(row, ending)
        return endings.lacks_out(answers, self.texts, language_of(context))

    async def _asked(self, seen: Seen, ending: str, handler: Handler) -> Handler:
        """The handler, once nothing stands against the ending.

        A case that the caller does not hold so any more is asked of nobody: the handler says why
        it refuses, and would not end it.
        """
        row = await self.bridge.read(closings.closing_row, seen.case_id)
        if row is None or not ending or not self._as_seen(row, seen):
            return closing.refused(handler)
        expect_closable(await self._answers(row, ending))
        return handler

    def _as_seen(self, row: Any, seen: Seen) -> bool:
        caller = current_caller()
        same = (row["epoch"], row["version"]) == (seen.epoch, seen.version)
        return same and closing.may_ask(self.bridge.node, caller.unit, row["holder_unit"])

    async def _answers(self, row: Any, ending: str) -> list[Said]:
        """Of the case as it is, with all that its services wrote.

        Raises:
            EndingUnasked: a service does not answer.
            StaleVersion: something came in that the caller has not seen, or is about to.
        """
        wanted = Wanted(row["case_id"], row["epoch"], ending, row["procedure"])
        answers = list(await self.services.ask(wanted))
        if unheard(answers, row["applied"]):
            raise StaleVersion(current=await self._version_when_heard(row, answers))
        return answers

    async def _version_when_heard(self, row: Any, answers: list[Said]) -> int:
        for _ in range(LOOKS):
            await asyncio.sleep(BETWEEN_S)
            row = await self.bridge.read(closings.closing_row, row["case_id"])
            if not unheard(answers, row["applied"]):
                break
        return int(row["version"])
