"""CasePartService: what routing asks of a service with case data during a hand-over."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Table

from kernel.doors.endings import Arrivals, patience
from kernel.doors.facts import fact_message
from kernel.errors import MessageTooLarge
from kernel.group_commit import Work
from kernel.holding import (
    AskEnding,
    CasePart,
    EndGrant,
    EndingAnswer,
    ErasePart,
    ExportPart,
    ImportPart,
    Keep,
    Release,
    Released,
    erase_key,
    facts_after,
    page,
)
from kernel.interceptors import current_caller
from kernel.requests import epoch_of, id_of, optional_id
from kernel.service import Desk
from kernel.unit_of_work import UnitOfWork
from lianxin.exchange.v1 import case_part_pb2 as pb

AT_ONCE = 1000
PART_BYTES = 64 * 1024 * 1024
"""A part that comes in pieces; a parcel with all parts of a case has no more."""
P = TypeVar("P")
T = TypeVar("T")


class _OfCase(Protocol):
    """A command about one case."""

    @property
    def case_id(self) -> UUID:
        """The case."""
        ...


@dataclass(frozen=True, slots=True)
class OwnPart(Generic[P]):
    """What is a service's own in the part of a case, and the desk it works at.

    `numbered` is its table whose `fact_no` counts the facts of a case; `export` and `take` hand a
    part out and in, inside a transaction; `written` and `read` are its bytes in `format`; `files`
    names those that follow it, by hash and size in bytes.
    """

    desk: Desk[Any]
    part: CasePart
    numbered: Table
    format: str
    export: Callable[[UnitOfWork, ExportPart], P | None]
    take: Callable[[UnitOfWork, ImportPart[P]], None]
    ask_ending: Callable[[UnitOfWork, AskEnding], EndingAnswer]
    written: Callable[[P], bytes]
    read: Callable[[str, bytes], P | None]
    files: Callable[[P], Iterable[tuple[str, int]]] = lambda _: ()
    arrivals: Arrivals = field(default_factory=Arrivals)


class CaseParts(Generic[P]):
    """The questions about cases. `_own` is set by the servicer that is made of it."""

    _own: OwnPart[P]

    async def Release(self, request: pb.ReleaseRequest, _: object) -> pb.ReleaseResponse:
        """Lock, or refuse and remember it."""
        command = Release(
            id_of(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
        )
        if not request.with_part:
            return _released(await self._run(self._own.part.release, command))
        handler = partial(self._own.part.release_with, export=self._own.export)
        answer, exported = await self._run(handler, command)
        response = _released(answer)
        if exported is not None:
            response.part.CopyFrom(self._exported(exported.part))
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
        await self._run(self._own.part.keep, command)
        return pb.KeepResponse(kept=True)

    async def ExportPart(self, request: pb.ExportPartRequest, _: object) -> pb.ExportPartResponse:
        """Hand out what is locked under the id."""
        command = ExportPart(
            id_of(request.handoff_id, "handoff_id"), id_of(request.case_id, "case_id")
        )
        return self._exported(await self._run(self._own.export, command))

    async def ImportPart(self, request: pb.ImportPartRequest, _: object) -> pb.ImportPartResponse:
        """Store the part and grant writing."""
        command = ImportPart(
            optional_id(request.handoff_id, "handoff_id"),
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
            request.unit,
            request.path,
            self._own.read(request.format, request.part),
            tuple(request.readers),
        )
        await self._run(self._own.take, command)
        self._own.arrivals.came(command.case_id)
        return pb.ImportPartResponse(stored=True)

    async def ImportLargePart(
        self, requests: AsyncIterator[pb.ImportLargePartRequest], context: object
    ) -> pb.ImportLargePartResponse:
        """The same of pieces. Raises MessageTooLarge beyond what a parcel may have."""
        whole, content = pb.ImportPartRequest(), bytearray()
        async for request in requests:
            if request.HasField("head"):
                whole.CopyFrom(request.head)
            content += request.piece
            if len(content) > PART_BYTES:
                raise MessageTooLarge(limit=PART_BYTES)
        whole.part = bytes(content)
        return pb.ImportLargePartResponse(stored=(await self.ImportPart(whole, context)).stored)

    async def EndGrant(self, request: pb.EndGrantRequest, _: object) -> pb.EndGrantResponse:
        """End the right to write."""
        command = EndGrant(
            id_of(request.case_id, "case_id"), epoch_of(request.epoch), request.ending
        )
        await self._run(self._own.part.end_grant, command)
        return pb.EndGrantResponse(ended=True)

    async def ErasePart(self, request: pb.ErasePartRequest, _: object) -> pb.ErasePartResponse:
        """Destroy what was said of people."""
        await self._erase(id_of(request.case_id, "case_id"))
        return pb.ErasePartResponse(erased=True)

    async def _erase(self, case_id: UUID) -> None:
        """Destroy the key; a service that keeps more than what it seals does more."""
        command = ErasePart(case_id)
        keys = self._own.numbered.metadata.tables["case_key"]
        await self._run(partial(_erase, case_key=keys), command)

    async def AskEnding(self, request: pb.AskEndingRequest, context: Any) -> pb.AskEndingResponse:
        """What stands against ending the case like this; a grant on its way is waited for."""
        command = AskEnding(
            id_of(request.case_id, "case_id"),
            epoch_of(request.epoch),
            request.ending,
            request.procedure,
        )
        ask = partial(self._run, self._own.ask_ending, command)
        arrivals = self._own.arrivals
        return _answered(await arrivals.answered(command.case_id, ask, patience(context)))

    async def ListFacts(self, request: pb.ListFactsRequest, _: object) -> pb.ListFactsResponse:
        """Facts a log missed."""
        case_id, after = id_of(request.case_id, "case_id"), request.after_fact_no
        fact = self._own.part.tables.fact
        facts = await self._own.desk.readers.run(
            lambda connection: facts_after(connection, fact, case_id, after, most=AT_ONCE)
        )
        return pb.ListFactsResponse(facts=map(fact_message, facts))

    async def ListGrants(
        self, _request: pb.ListGrantsRequest, _: object
    ) -> AsyncIterator[pb.ListGrantsResponse]:
        """All grants by case, some at a time, each page as it stands then."""
        write_grant, numbered = self._own.part.tables.write_grant, self._own.numbered
        grants = partial(page, write_grant=write_grant, numbered=numbered, size=AT_ONCE)
        after = None
        while rows := await self._own.desk.readers.run(partial(grants, after=after)):
            yield pb.ListGrantsResponse(grants=[_grant(row) for row in rows])
            after = rows[-1]["case_id"]

    async def _run(self, handler: Callable[..., T], command: _OfCase) -> T:
        """One of a chain of questions, each of which waits for the one before."""
        key, caller = str(command.case_id), current_caller()
        return await self._own.desk.do(Work(handler, command, key=key, caller=caller, urgent=True))

    def _exported(self, part: P | None) -> pb.ExportPartResponse:
        if part is None:
            return pb.ExportPartResponse(format=self._own.format)
        blobs = [pb.Blob(sha256=sha256, size=size) for sha256, size in self._own.files(part)]
        return pb.ExportPartResponse(
            format=self._own.format, part=self._own.written(part), blobs=blobs
        )


def _released(answer: Released) -> pb.ReleaseResponse:
    return pb.ReleaseResponse(
        released=answer.released, last_fact_no=answer.last_fact_no, reason=answer.reason
    )


def _erase(uow: UnitOfWork, command: ErasePart, *, case_key: Table) -> None:
    erase_key(uow, case_key, command.case_id)


def _answered(answer: EndingAnswer) -> pb.AskEndingResponse:
    lacks = [pb.Lack(field=one.field, reason=one.reason) for one in answer.against]
    return pb.AskEndingResponse(
        lacks=lacks, carries=answer.carries, last_fact_no=answer.last_fact_no
    )


def _grant(row: Mapping[Any, Any]) -> pb.Grant:
    return pb.Grant(
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        state=row["state"],
        unit=row["unit"],
        handoff_id=str(row["handoff_id"] or ""),
        last_fact_no=row["fact_no"] or 0,
    )
