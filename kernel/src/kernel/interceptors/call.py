"""One call from its first byte to its status: let in, traced, measured, refused in a typed way."""

import asyncio
import time
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import UUID

from google.protobuf.message import DecodeError, Message
from grpc.aio import EOF, AbortError, InternalError
from opentelemetry import context as otel_context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from kernel import logs, telemetry
from kernel.catalogue import Catalogue
from kernel.errors import MalformedRequest, MessageTooLarge, Refusal, ShuttingDown
from kernel.grpc_status import DETAILS_KEY, STATUS_CODES, to_status
from kernel.identity import NOBODY, Caller
from kernel.interceptors import measures
from kernel.interceptors.credentials import read
from kernel.interceptors.gate import Gate
from kernel.interceptors.method import Method
from kernel.interceptors.verdict import is_cancellation, verdict

WRITING_LIMIT_S = 2.0

_caller: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def current_caller() -> Caller:
    """Who makes the call that is being answered; `NOBODY` on public methods and outside calls."""
    return _caller.get()


class Surroundings(Protocol):
    """What all calls of a server share."""

    gate: Gate
    texts: Catalogue
    max_message_bytes: int

    @property
    def draining(self) -> bool:
        """Whether the server is ending its streams."""
        ...


class Call:
    """Use as `async with`; `admit` before the servicer runs, `request` and `answer` around it."""

    __slots__ = ("_context", "_incoming", "_method", "_ns", "_server", "_span", "_started")

    def __init__(self, server: Surroundings, method: Method, context: Any) -> None:
        self._server = server
        self._method = method
        self._context = context
        self._incoming = read(context.invocation_metadata())
        self._span: Span | None = None
        self._started = time.perf_counter()
        self._ns = time.time_ns()

    async def __aenter__(self) -> Self:
        return self

    async def admit(self, data: bytes | None = None) -> Any:
        """Let the caller in and read the request; without `data` it is a stream of requests."""
        caller = await self._server.gate.admit(self._method.name, self._incoming, self._context)
        _caller.set(caller)
        request = None if data is None else self.request(data)
        case_id = _id_in(request, "case_id")
        self._trace(case_id)
        logs.bind(
            method=self._method.name,
            caller_kind=caller.kind,
            caller_id=caller.id,
            case_id=case_id,
            request_id=_id_in(request, "request_id"),
        )
        return request

    def request(self, data: bytes) -> Any:
        """Read one request.

        Raises:
            MessageTooLarge: more bytes than this server, or this method, takes.
            MalformedRequest: no message of this type.
        """
        limit = self._server.gate.max_bytes(self._method.name, self._server.max_message_bytes)
        if len(data) > limit:
            raise MessageTooLarge(limit=limit)
        try:
            return self._method.parse(data)
        except (DecodeError, UnicodeDecodeError, ValueError):
            raise MalformedRequest from None

    def answer(self, message: Message) -> bytes:
        """Write one answer; where it names a new case, the call joins that case's journey."""
        case_id = _id_in(message, "case_id") if self._method.may_open_case else None
        if case_id is not None:
            telemetry.note_journey(self._method.name, case_id, self._ns)
        return self._method.serialize(message)

    async def __aexit__(
        self,
        _: type[BaseException] | None,
        error: BaseException | None,
        __: TracebackType | None,
    ) -> None:
        if error is None:
            self._end("OK")
        elif isinstance(error, AbortError):
            self._end("ABORTED")
        elif is_cancellation(error) and not self._server.draining:
            self._end("CANCELLED")
        else:
            await self._refuse(error)

    async def _refuse(self, error: BaseException) -> None:
        refusal = self._ended(error) or verdict(error, self._method.name)
        measures.refused(self._method.name, refusal.reason)
        self._end(refusal.code.name)
        if self._method.many_requests:
            await self._read_to_the_end()
        status = to_status(refusal, self._server.texts, self._incoming.language)
        await self._context.abort(
            STATUS_CODES[refusal.code],
            status.message,
            ((DETAILS_KEY, status.SerializeToString()),),
        )

    async def _read_to_the_end(self) -> None:
        """Let the client finish writing, for a moment, before it is refused.

        A client of grpc.aio that is still writing when the status arrives reports INTERNAL instead
        of it (grpc issue 36066).
        """
        try:
            async with asyncio.timeout(WRITING_LIMIT_S):
                while await self._context.read() is not EOF:
                    pass
        except (TimeoutError, InternalError):  # it writes on for ever, or has gone away
            return

    def _ended(self, error: BaseException) -> Refusal | None:
        """A stream that the server ends: the cancellation becomes an answer."""
        if not is_cancellation(error):
            return None
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        return ShuttingDown()

    def _trace(self, case_id: UUID | None) -> None:
        came = self._incoming.traceparent
        origin = telemetry.extract({telemetry.TRACEPARENT: came} if came else None)
        self._span, context = telemetry.start_span(
            self._method.name, SpanKind.SERVER, origin, case_id=case_id, start_ns=self._ns
        )
        otel_context.attach(context)  # for this call's task alone, which ends with it

    def _end(self, code: str) -> None:
        elapsed_ms = (time.perf_counter() - self._started) * 1000
        measures.answered(self._method.name, code, elapsed_ms)
        if self._span is not None:
            if self._span.is_recording():
                self._span.set_attribute("rpc.response.status_code", code)
                if code != "OK":
                    self._span.set_status(Status(StatusCode.ERROR, code))
            self._span.end()


def _id_in(message: Message | None, field: str) -> UUID | None:
    text = getattr(message, field, "")
    try:
        return UUID(text) if text and isinstance(text, str) else None
    except ValueError:
        return None
