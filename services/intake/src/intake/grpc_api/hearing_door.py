"""HearingDoorService: a resident asks to be heard with number and code; hearing takes it."""

from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

import grpc
from grpc.aio import ServicerContext

from intake.desk import Desk, id_of
from intake.domain.text import text_violations
from intake.errors_hearing import SAID_BY_HEARING, HearingAway, NotYoursToHear
from intake.tracking import Tracker
from kernel.access import anybody
from kernel.catalogue import Catalogue
from kernel.errors import InvalidInput, MissingField
from kernel.grpc_client import Line, from_error
from kernel.grpc_server import Served
from kernel.interceptors.credentials import read as incoming
from lianxin.hearing.v1 import hearing_service_pb2 as hearing
from lianxin.hearing.v1 import hearing_service_pb2_grpc as hearing_rpc
from lianxin.intake.v1 import hearing_door_pb2 as pb
from lianxin.intake.v1 import hearing_door_pb2_grpc as rpc

SERVICE = "/lianxin.intake.v1.HearingDoorService/"
HEARING_DOOR_ACCESS = {
    SERVICE + "AskForHearing": anybody(),
    SERVICE + "TakeBackRequest": anybody(),
}
REASON = 5000
ANSWER_S = 5.0
TOLD, TAKEN_BACK = "ASKED_hearing", "TAKEN_BACK_hearing"

Answer = TypeVar("Answer")


class Hearings:
    """Hearing of this node, which takes requests; None where there is none to ask."""

    def __init__(self, line: Line | None, texts: Catalogue) -> None:
        self._texts = texts
        self._stub: hearing_rpc.HearingServiceAsyncStub | None = (
            None if line is None else hearing_rpc.HearingServiceStub(line)
        )

    async def ask(self, request_id: UUID, case_id: UUID, reason: str) -> hearing.AskHearingResponse:
        """Hand a request over; a repeat of its id gets the first answer.

        Raises:
            HearingAway: hearing does not answer.
            what it refuses by, as `SAID_BY_HEARING` tells.
        """
        if self._stub is None:
            raise HearingAway
        asked = hearing.AskHearingRequest(
            request_id=str(request_id), case_id=str(case_id), reason=reason
        )
        return await self._told(self._stub.AskHearing(asked, timeout=ANSWER_S))

    async def take_back(self, request_id: UUID, case_id: UUID, reason: str) -> None:
        """Take a request back that a resident made. Raises as `ask`."""
        if self._stub is None:
            raise HearingAway
        asked = hearing.TakeBackHearingRequest(
            request_id=str(request_id), case_id=str(case_id), reason=reason
        )
        await self._told(self._stub.TakeBackHearing(asked, timeout=ANSWER_S))

    async def _told(self, answer: Awaitable[Answer]) -> Answer:
        try:
            return await answer
        except grpc.aio.AioRpcError as error:
            kind = SAID_BY_HEARING.get(from_error(error, self._texts).reason)
            if kind is None:
                raise HearingAway from None
            raise kind from None


class HearingDoorServicer(rpc.HearingDoorServiceServicer):
    """Number and code say who asks; what is wrong with them is not told."""

    def __init__(self, desk: Desk, texts: Catalogue, tracker: Tracker, hearings: Hearings) -> None:
        self._desk = desk
        self._texts = texts
        self._tracker = tracker
        self._hearings = hearings

    async def AskForHearing(
        self, request: pb.AskForHearingRequest, context: ServicerContext[Any, Any]
    ) -> pb.AskForHearingResponse:
        """Taken for the case that goes on, if this number was merged into another."""
        request_id = id_of(request.request_id, "request_id")
        _check(request.reason)
        asking = await self._tracker.who_asks(
            self._desk.readers, request.case_no, request.query_code
        )
        if not asking.asks:
            raise NotYoursToHear
        taken = await self._hearings.ask(request_id, asking.row["case_id"], request.reason)
        language = incoming(context.invocation_metadata()).language
        return pb.AskForHearingResponse(
            case_no=asking.row["case_no"],
            decide_by=taken.decide_by,
            told=self._texts.text(TOLD, language, until=taken.decide_by),
        )

    async def TakeBackRequest(
        self, request: pb.TakeBackRequestRequest, context: ServicerContext[Any, Any]
    ) -> pb.TakeBackRequestResponse:
        """By whoever may ask; hearing says whether nobody was told to come yet."""
        request_id = id_of(request.request_id, "request_id")
        _check(request.reason)
        asking = await self._tracker.who_asks(
            self._desk.readers, request.case_no, request.query_code
        )
        if not asking.asks:
            raise NotYoursToHear
        await self._hearings.take_back(request_id, asking.row["case_id"], request.reason)
        language = incoming(context.invocation_metadata()).language
        return pb.TakeBackRequestResponse(
            case_no=asking.row["case_no"], told=self._texts.text(TAKEN_BACK, language)
        )


def _check(reason: str) -> None:
    if not reason.strip():
        raise MissingField.of("reason")
    wrong = text_violations("reason", reason, REASON)
    if wrong:
        raise InvalidInput(*wrong)


def hearing_door_served(
    desk: Desk, texts: Catalogue, tracker: Tracker, hearings: Hearings
) -> Served:
    """The service with its door; guesses at codes count together with those of tracking."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingDoorService"],
        rpc.add_HearingDoorServiceServicer_to_server,
        HearingDoorServicer(desk, texts, tracker, hearings),
        HEARING_DOOR_ACCESS,
    )
