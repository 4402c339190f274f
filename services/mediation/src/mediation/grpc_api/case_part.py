"""CasePartService: what routing asks of mediation during a hand-over."""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.holding import (
    AskEnding,
    EndGrant,
    EndingAnswer,
    ImportPart,
    Keep,
    Release,
    Released,
    facts_after,
    page,
)
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_part_pb2 as pb
from mediation.convert.commands import HIGHEST_EPOCH
from mediation.convert.events import fact_message
from mediation.convert.parts import part_bytes, part_from
from mediation.desk import Desk, id_of, optional_id
from mediation.domain.part import FORMAT, Part
from mediation.handlers.case_ending import ask_ending
from mediation.handlers.case_part import PART
from mediation.handlers.part_export import ExportPart, export_part, release_and_export
from mediation.handlers.part_import import import_part
from mediation.storage.tables import fact, mediation, write_grant

AT_ONCE = 1000
T = TypeVar("T")


class _OfCase(Protocol):
    """A command about one case."""

    @property
    def case_id(self) -> UUID:
        """The case."""
        ...


class CaseParts:
    """The hand-over part of the service."""

    _desk: Desk

    async def Release(self, request: pb.ReleaseRequest, _: object) -> pb.ReleaseResponse:
        """Lock, or refuse and remember it."""
        command = Release(
            id_of(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
        )
        if not request.with_part:
            return _released(await self._desk.do(_work(PART.release, command)))
        handler = partial(release_and_export, office=self._desk.office)
        answer, exported = await self._desk.do(_work(handler, command))
        response = _released(answer)
        if exported is not None:
            response.part.CopyFrom(_exported(exported.part))
        return response

    async def Keep(self, request: pb.KeepRequest, _: object) -> pb.KeepResponse:
        """Unlock what is locked under the id."""
        command = Keep(
            id_of(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
            request.unit,
            request.path,
        )
        await self._desk.do(_work(PART.keep, command))
        return pb.KeepResponse(kept=True)

    async def ExportPart(self, request: pb.ExportPartRequest, _: object) -> pb.ExportPartResponse:
        """Hand out what is locked under the id."""
        command = ExportPart(
            id_of(request.handoff_id, "handoff_id"), id_of(request.case_id, "case_id")
        )
        handler = partial(export_part, office=self._desk.office)
        return _exported(await self._desk.do(_work(handler, command)))

    async def ImportPart(self, request: pb.ImportPartRequest, _: object) -> pb.ImportPartResponse:
        """Store the part and grant writing."""
        command = ImportPart(
            optional_id(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
            request.unit,
            request.path,
            part_from(request.format, request.part),
            tuple(request.readers),
        )
        await self._desk.do(_work(partial(import_part, office=self._desk.office), command))
        return pb.ImportPartResponse(stored=True)

    async def EndGrant(self, request: pb.EndGrantRequest, _: object) -> pb.EndGrantResponse:
        """End the right to write."""
        command = EndGrant(
            id_of(request.case_id, "case_id"), epoch_of(request.epoch), request.ending
        )
        await self._desk.do(_work(PART.end_grant, command))
        return pb.EndGrantResponse(ended=True)

    async def AskEnding(self, request: pb.AskEndingRequest, _: object) -> pb.AskEndingResponse:
        """What stands against ending the case like this."""
        command = AskEnding(
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
            request.ending,
            request.procedure,
        )
        work = _work(partial(ask_ending, office=self._desk.office), command)
        return _answered(await self._desk.do(work))

    async def ListFacts(self, request: pb.ListFactsRequest, _: object) -> pb.ListFactsResponse:
        """Facts a log missed."""
        case_id, after = id_of(request.case_id, "case_id"), request.after_fact_no
        facts = await self._desk.readers.run(
            lambda connection: facts_after(connection, fact, case_id, after, most=AT_ONCE)
        )
        return pb.ListFactsResponse(facts=map(fact_message, facts))

    async def ListGrants(
        self, _request: pb.ListGrantsRequest, _: object
    ) -> AsyncIterator[pb.ListGrantsResponse]:
        """All grants by case, some at a time, each page as it stands then."""
        grants = partial(page, write_grant=write_grant, numbered=mediation, size=AT_ONCE)
        after = None
        while rows := await self._desk.readers.run(partial(grants, after=after)):
            yield pb.ListGrantsResponse(grants=[_grant(row) for row in rows])
            after = rows[-1]["case_id"]


def _released(answer: Released) -> pb.ReleaseResponse:
    return pb.ReleaseResponse(
        released=answer.released, last_fact_no=answer.last_fact_no, reason=answer.reason
    )


def _answered(answer: EndingAnswer) -> pb.AskEndingResponse:
    lacks = [pb.Lack(field=one.field, reason=one.reason) for one in answer.against]
    return pb.AskEndingResponse(
        lacks=lacks, carries=answer.carries, last_fact_no=answer.last_fact_no
    )


def _exported(part: Part | None) -> pb.ExportPartResponse:
    content = b"" if part is None else part_bytes(part)
    return pb.ExportPartResponse(format=FORMAT, part=content)


def _grant(row: Mapping[Any, Any]) -> pb.Grant:
    return pb.Grant(
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        state=row["state"],
        unit=row["unit"],
        handoff_id=str(row["handoff_id"] or ""),
        last_fact_no=row["fact_no"] or 0,
    )


def epoch_of(number: int) -> int:
    """An epoch of a request, from 1. Raises InvalidInput."""
    if not 1 <= number < HIGHEST_EPOCH:
        raise InvalidInput(FieldViolation("epoch", "TOO_SMALL" if number < 1 else "TOO_LARGE", 1))
    return number


def _work(handler: Callable[..., T], command: _OfCase) -> Work[T]:
    key = str(command.case_id)
    return Work(handler, command, key=key, caller=current_caller(), urgent=True)
