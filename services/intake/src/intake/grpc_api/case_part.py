"""CasePartService: what routing asks of intake during a hand-over."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from intake.convert.events import fact_message
from intake.convert.parts import part_bytes, part_from
from intake.desk import Desk, id_of, optional_id
from intake.domain.part import FORMAT, Part
from intake.handlers.case_ending import ask_ending
from intake.handlers.case_part import PART
from intake.handlers.part_export import ExportPart, export_part, release_and_export
from intake.handlers.part_import import import_part
from intake.storage.tables import fact
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
)
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_part_pb2 as pb

FACTS = 1000
T = TypeVar("T")


class _OfCase(Protocol):
    """A command about one case."""

    @property
    def case_id(self) -> UUID:
        """The case."""
        ...


class CaseParts:
    """The hand-over part of the service; blobs are in `intake.grpc_api.blobs`."""

    _desk: Desk

    async def Release(self, request: pb.ReleaseRequest, _: object) -> pb.ReleaseResponse:
        """Lock, or refuse and remember it."""
        command = Release(
            id_of(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
        )
        handler = partial(release_and_export, office=self._desk.office)
        if not request.with_part:
            return _released(await self._desk.do(_work(PART.release, command)))
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
            lambda connection: facts_after(connection, fact, case_id, after, most=FACTS)
        )
        return pb.ListFactsResponse(facts=map(fact_message, facts))


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
    if part is None:
        return pb.ExportPartResponse(format=FORMAT)
    blobs = [pb.Blob(sha256=row["sha256"], size=row["size"]) for row in part.attachments]
    return pb.ExportPartResponse(format=FORMAT, part=part_bytes(part), blobs=blobs)


def epoch_of(number: int) -> int:
    """An epoch of a request, from 1. Raises InvalidInput."""
    if not 1 <= number < 2**53:
        raise InvalidInput(FieldViolation("epoch", "TOO_SMALL" if number < 1 else "TOO_LARGE", 1))
    return number


def _work(handler: Callable[..., T], command: _OfCase) -> Work[T]:
    key = str(command.case_id)
    return Work(handler, command, key=key, caller=current_caller(), urgent=True)
