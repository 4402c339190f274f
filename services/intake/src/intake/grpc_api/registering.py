"""Suggesting and registering."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from intake.commands import RecordRead
from intake.convert import answers
from intake.convert.drafts import draft_from
from intake.desk import Desk, id_of, optional_id
from intake.handlers import preparation
from intake.handlers.reads import record_read
from intake.handlers.registration import prefetch, register_case
from intake.handlers.suggesting import check_so_far, features_of, suggest
from intake.storage.duplicates import Alike, Asked
from intake.suggest.duplicates import Features
from kernel.group_commit import Work
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.roles import may
from lianxin.intake.v1 import intake_service_pb2 as pb


class Registering:
    """The counter."""

    _desk: Desk

    async def SuggestCase(
        self, request: pb.SuggestCaseRequest, _: object
    ) -> pb.SuggestCaseResponse:
        """What the rules propose for a draft so far; nothing of it is kept."""
        caller, draft, office = current_caller(), draft_from(request.draft), self._desk.office
        check_so_far(draft)
        proposed = suggest(draft, office, self._desk.clock.now(), caller.id)
        found: Sequence[Alike] = ()
        if not draft.is_accusation:
            found = await self._alike(caller, features_of(draft, proposed, office))
        if found:
            await self._desk.do(Work(record_read, _shown(found), caller=caller))
        return pb.SuggestCaseResponse(
            suggestions=map(answers.suggestion_message, proposed),
            duplicates=map(answers.duplicate_message, found),
        )

    async def RegisterCase(
        self, request: pb.RegisterCaseRequest, _: object
    ) -> pb.RegisterCaseResponse:
        """Register a matter; a repeat of the request id gets the first answer."""
        caller, request_id = current_caller(), id_of(request.request_id, "request_id")
        registration = await self._desk.preparing.ask(
            preparation.Asked(
                draft_from(request.draft),
                caller,
                self._desk.clock.now(),
                unit=request.registering_unit,
                case_id=optional_id(request.case_id, "case_id"),
            )
        )
        found = await self._alike(caller, registration.features)
        if found:  # on record in the transaction of the registration
            registration = replace(registration, shown=_shown(found, registration.case_id))
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
            lambda outcome: answers.registered_message(outcome, registration, found),
            pb.RegisterCaseResponse,
        )
        return response

    async def _alike(self, caller: Caller, mine: Features) -> Sequence[Alike]:
        """Possible duplicates, for those who may look; whoever shows them puts that on record."""
        if not (mine.all() and may(caller, "case.find_duplicates")):
            return ()
        return await self._desk.duplicates.ask(Asked(caller, mine, self._desk.clock.now()))


def _shown(found: Sequence[Alike], case_id: UUID | None = None) -> RecordRead:
    return RecordRead(case_id, "FindDuplicates", f"duplicates:{len(found)}", "")
