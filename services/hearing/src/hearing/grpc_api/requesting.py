"""Asking for a hearing and deciding on it. Each: request → command, handler, result → response."""

from functools import partial
from typing import Any

from hearing.convert import requesting
from hearing.convert.hearings import stamp_message
from hearing.desk import id_of
from hearing.domain.words import AskedBy
from hearing.grpc_api.case_act import CaseAct
from hearing.grpc_api.matters import Matters
from hearing.grpc_api.registrations import Registrations
from hearing.handlers.barring import refuse_barred
from hearing.handlers.deciding import (
    cancel_hearing,
    decide_hearing,
    take_back_hearing,
    withdraw_hearing,
)
from hearing.handlers.requesting import Known, ask_hearing, request_hearing
from kernel.group_commit import Work
from lianxin.hearing.v1 import hearing_service_pb2 as pb


class Requesting(CaseAct):
    """From the request to its end without a session."""

    _matters: Matters
    _registrations: Registrations

    async def RequestHearing(
        self, request: pb.RequestHearingRequest, _: object
    ) -> pb.RequestHearingResponse:
        """Asks routing how the case is handled and intake who is on it, then keeps the request."""
        request_id, command = requesting.request_hearing(request)
        known = await self._known(request.case_id, reviewed=command.asked_by is AskedBy.REVIEWER)
        handler = partial(request_hearing, office=self._desk.office, known=known)
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: pb.RequestHearingResponse = await self._desk.act(
            request, work, _requested, pb.RequestHearingResponse
        )
        return done

    async def AskHearing(self, request: pb.AskHearingRequest, _: object) -> pb.AskHearingResponse:
        """The same for a resident who proved himself to intake."""
        request_id, command = requesting.ask_hearing(request)
        known = await self._known(request.case_id)
        handler = partial(ask_hearing, office=self._desk.office, known=known)
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: pb.AskHearingResponse = await self._desk.act(
            request, work, _asked, pb.AskHearingResponse
        )
        return done

    async def _known(self, case_id: str, *, reviewed: bool = False) -> Known:
        found = id_of(case_id, "case_id")
        matter = await self._matters.of_case(found, reviewed=reviewed)
        return Known(matter, await self._registrations.of_case(found))

    async def DecideHearing(
        self, request: pb.DecideHearingRequest, _: object
    ) -> pb.DecideHearingResponse:
        """Granted or refused, with reasons; what went to a court meanwhile is not granted."""
        handler = self._with_office(decide_hearing)
        wanted = requesting.decide_hearing(request)
        if request.granted:
            case_id = wanted[1].case_id
            await self._expect_known(case_id)
            refuse_barred(await self._matters.of_case(case_id), self._desk.office)
        return await self._act(request, wanted, handler, pb.DecideHearingResponse)

    async def WithdrawHearing(
        self, request: pb.WithdrawHearingRequest, _: object
    ) -> pb.WithdrawHearingResponse:
        """Taken back before anybody was told to come."""
        handler = self._with_office(withdraw_hearing)
        wanted = requesting.withdraw_hearing(request)
        return await self._act(request, wanted, handler, pb.WithdrawHearingResponse)

    async def TakeBackHearing(
        self, request: pb.TakeBackHearingRequest, _: object
    ) -> pb.TakeBackHearingResponse:
        """The same for a resident who proved himself to intake."""
        request_id, command = requesting.take_back_hearing(request)
        handler = self._with_office(take_back_hearing)
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        done: pb.TakeBackHearingResponse = await self._desk.act(
            request,
            work,
            lambda stamp: pb.TakeBackHearingResponse(case_no=stamp.case_no),
            pb.TakeBackHearingResponse,
        )
        return done

    async def CancelHearing(
        self, request: pb.CancelHearingRequest, _: object
    ) -> pb.CancelHearingResponse:
        """Cancelled with a reason."""
        handler = self._with_office(cancel_hearing)
        wanted = requesting.cancel_hearing(request)
        return await self._act(request, wanted, handler, pb.CancelHearingResponse)


def _requested(done: tuple[Any, Any]) -> pb.RequestHearingResponse:
    stamp, row = done
    return pb.RequestHearingResponse(
        stamp=stamp_message(stamp), number=row["number"], decide_by=row["decide_by"].isoformat()
    )


def _asked(done: tuple[Any, Any]) -> pb.AskHearingResponse:
    stamp, row = done
    return pb.AskHearingResponse(
        case_no=stamp.case_no, number=row["number"], decide_by=row["decide_by"].isoformat()
    )
