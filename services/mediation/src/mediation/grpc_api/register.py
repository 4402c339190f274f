"""The register of mediators, suggestions from it, and where the work on a case stands."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from kernel.group_commit import Work
from kernel.interceptors import current_caller
from kernel.scope import Level
from lianxin.mediation.v1 import casework_pb2 as pb
from mediation.convert import casework
from mediation.convert.fields import CaseFields
from mediation.convert.work import limitation_message, suggestion_message, work_message
from mediation.desk import Desk, id_of
from mediation.domain.assignment import suggest
from mediation.domain.words import Side
from mediation.errors import MediationMissing
from mediation.handlers.assigning import People, day_of, keep_mediators, matter_from
from mediation.handlers.closing import missing_of
from mediation.storage import mediators, reading, suggesting, watching
from mediation.storage.joining import joined_to


class Register:
    """Mediators and the work they have."""

    _desk: Desk

    async def KeepMediators(
        self, request: pb.KeepMediatorsRequest, _: object
    ) -> pb.KeepMediatorsResponse:
        """New ones, and those that changed."""
        directory = self._desk.office.directory()
        request_id, command = casework.keep_mediators(request, directory)
        done: pb.KeepMediatorsResponse = await self._desk.act(
            request,
            Work(keep_mediators, command, key="mediators", request_id=request_id),
            lambda kept: pb.KeepMediatorsResponse(kept=kept),
            pb.KeepMediatorsResponse,
        )
        return done

    async def SuggestMediators(
        self, request: pb.SuggestMediatorsRequest, _: object
    ) -> pb.SuggestMediatorsResponse:
        """Ranked with reasons; a person decides."""
        fields = CaseFields()
        case_id = fields.id("case_id", request.case_id)
        chosen = {
            Side.APPLICANT: frozenset(
                fields.ids("chosen_by_applicant_ids", request.chosen_by_applicant_ids)
            ),
            Side.RESPONDENT: frozenset(
                fields.ids("chosen_by_respondent_ids", request.chosen_by_respondent_ids)
            ),
        }
        languages = frozenset(fields.code("languages", one) for one in request.languages)
        fields.check()
        now = self._desk.clock.now()
        row, work = await self._work(case_id, now)
        joined = await self._desk.readers.run(lambda c: joined_to(c, [case_id]))
        about = work.casework["about_units"]
        people = People(work.participants, work.consents, about, joined[case_id])
        matter = matter_from(row, row["holder_path"], people, day_of(now))
        matter = replace(matter, languages=languages, chosen=chosen)
        known = await self._desk.readers.run(lambda c: suggesting.candidates(c, matter))
        return suggestion_message(suggest(known, matter), known)

    async def GetCasework(
        self, request: pb.GetCaseworkRequest, _: object
    ) -> pb.GetCaseworkResponse:
        """Codes, ids and days; what people said is not in it."""
        case_id, now = id_of(request.case_id, "case_id"), self._desk.clock.now()
        row, work = await self._work(case_id, now)
        message = work_message(row, work, missing_of(row, work, self._desk.office))
        limited = await self._desk.readers.run(lambda c: watching.limitation_of(c, case_id))
        if limited is not None:
            message.limitation.CopyFrom(limitation_message(limited, now))
        return message

    async def _work(self, case_id: UUID, now: datetime) -> tuple[reading.Row, mediators.Work]:
        """The mediation and the work on it, for who may read its content."""
        caller, readers = current_caller(), self._desk.readers
        found = await readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None or found.level is not Level.CONTENT:
            raise MediationMissing
        work = await readers.run(lambda connection: mediators.work_of(connection, case_id))
        return found.row, work
