"""Suggesting and registering."""

from intake.convert import answers
from intake.convert.drafts import draft_from
from intake.desk import Desk, id_of, optional_id
from intake.handlers.preparation import Registration, prepare
from intake.handlers.registration import Registered, prefetch, register_case
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.intake.v1 import intake_service_pb2 as pb


class Registering:
    """The counter."""

    _desk: Desk

    async def RegisterCase(
        self, request: pb.RegisterCaseRequest, _: object
    ) -> pb.RegisterCaseResponse:
        """Register a matter; a repeat of the request id gets the first answer."""
        caller, request_id = current_caller(), id_of(request.request_id, "request_id")
        registration = prepare(
            draft_from(request.draft),
            self._desk.office,
            caller,
            self._desk.clock.now(),
            unit=request.registering_unit,
            case_id=optional_id(request.case_id, "case_id"),
        )
        response: pb.RegisterCaseResponse = await self._desk.once(
            lambda answer: Work(
                register_case,
                registration,
                key=str(registration.case_id),
                caller=caller,
                request_id=request_id,
                prefetch=prefetch(registration),
                answer=answer,
                method="RegisterCase",
                fingerprint=request.SerializeToString(deterministic=True),
            ),
            lambda outcome: _response(outcome, registration),
            pb.RegisterCaseResponse,
        )
        return response


def _response(outcome: Registered, registration: Registration) -> pb.RegisterCaseResponse:
    return answers.registered_message(outcome, registration)
