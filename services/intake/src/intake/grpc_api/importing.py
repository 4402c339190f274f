"""ImportCases: a stream of rows in, an answer for each row out, in their order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from grpc.aio import ServicerContext

from intake.convert.drafts import draft_from
from intake.convert.imports import answered, import_ref, refused
from intake.desk import Desk
from intake.handlers.preparation import Asked
from intake.handlers.registration import prefetch, register_case
from kernel.catalogue import Catalogue, Language
from kernel.errors import Internal, Refusal
from kernel.group_commit import InternalFault, Work
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.intake.v1 import intake_service_pb2 as pb

IN_FLIGHT = 256
"""Rows taken in and not answered yet: a sender that reads nothing gets no further ahead."""

Row = pb.ImportCasesRequest
Answer = pb.ImportCasesResponse


@dataclass(slots=True)
class _Line:
    """Rows under way, in their order; None ends it."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))
    rows: "asyncio.Queue[asyncio.Task[Answer] | None]" = field(default_factory=asyncio.Queue)


class Importing:
    """A bad row is answered as such and stops nobody; a row that came before is not doubled."""

    _desk: Desk
    _texts: Catalogue

    async def ImportCases(
        self, requests: AsyncIterator[Row], context: "ServicerContext[Row, Answer]"
    ) -> AsyncIterator[Answer]:
        """Register row by row."""
        language = incoming(context.invocation_metadata()).language
        line = _Line()
        reader = asyncio.create_task(self._take_in(requests, line, current_caller(), language))
        try:
            while (row := await line.rows.get()) is not None:
                yield await row
                line.room.release()
            await reader
        finally:
            await _end(reader, line)

    async def _take_in(
        self, requests: AsyncIterator[Row], line: _Line, caller: Caller, language: Language
    ) -> None:
        try:
            async for request in requests:
                await line.room.acquire()
                row = asyncio.create_task(self._row(request, caller, language))
                line.rows.put_nowait(row)
        finally:
            line.rows.put_nowait(None)

    async def _row(self, request: Row, caller: Caller, language: Language) -> Answer:
        try:
            return await self._register(request, caller)
        except Refusal as refusal:
            return refused(request.row, refusal, self._texts, language)
        except InternalFault:  # it is in the log; the other rows go on
            return refused(request.row, Internal(), self._texts, language)

    async def _register(self, request: Row, caller: Caller) -> Answer:
        registration = await self._desk.preparing.ask(
            Asked(
                draft_from(request.draft),
                caller,
                self._desk.clock.now(),
                unit=request.registering_unit,
                import_ref=import_ref(request),
            )
        )
        work = Work(
            register_case,
            registration,
            key=str(registration.case_id),
            caller=caller,
            prefetch=prefetch(registration),
            method="ImportCases",
        )
        return answered(request.row, await self._desk.do(work), registration)


async def _end(reader: "asyncio.Task[None]", line: _Line) -> None:
    """Take in no more; what is under way is committed or not, and a second run finds out."""
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    while not line.rows.empty():
        row = line.rows.get_nowait()
        if row is not None:
            row.cancel()
