"""The one interceptor of a server, around everything: each call becomes a `Call`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

import grpc
from grpc.aio import ServerInterceptor

from kernel.catalogue import Catalogue
from kernel.interceptors.call import Call
from kernel.interceptors.gate import Gate
from kernel.interceptors.method import Method

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"


class Edge(ServerInterceptor):
    """Wraps every handler once and keeps it: identity, access, errors, traces and metrics.

    One layer instead of five, since each interceptor of grpc.aio costs a coroutine per call.
    It reads and writes the messages itself, so that bytes that are no message get a typed answer.
    """

    def __init__(self, gate: Gate, texts: Catalogue, max_message_bytes: int) -> None:
        self.gate = gate
        self.texts = texts
        self.max_message_bytes = max_message_bytes
        self._handlers: dict[str, Handler] = {}
        self._streams: set[asyncio.Task[Any]] = set()
        self._draining = False

    @property
    def draining(self) -> bool:
        """Whether the server is ending its streams."""
        return self._draining

    def drain(self) -> int:
        """End the open streams: each is answered SHUTTING_DOWN. Returns how many there were."""
        self._draining = True
        for task in self._streams:
            task.cancel()
        return len(self._streams)

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """The wrapped handler; for a method that nobody serves, one that says so."""
        name = handler_call_details.method
        wrapped = self._handlers.get(name)
        if wrapped is None:
            handler = await continuation(handler_call_details)
            if handler is None:
                return self._wrap(Method.of("unknown", _UNKNOWN))
            wrapped = self._handlers[name] = self._wrap(Method.of(name, handler))
        return wrapped

    def _wrap(self, method: Method) -> Handler:
        if method.many_answers:
            return self._stream_of_answers(method)
        return self._one_answer(method)

    def _one_answer(self, method: Method) -> Handler:
        async def unary(data: bytes, context: Any) -> bytes:
            async with Call(self, method, context) as call:
                request = await call.admit(data)
                return call.answer(await method.behaviour(request, context))

        async def stream(requests: AsyncIterator[bytes], context: Any) -> bytes:
            self._keep_stream()
            async with Call(self, method, context) as call:
                await call.admit()
                return call.answer(await method.behaviour(_parsed(call, requests), context))

        if method.many_requests:
            return grpc.stream_unary_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(unary)

    def _stream_of_answers(self, method: Method) -> Handler:
        async def unary(data: bytes, context: Any) -> None:
            self._keep_stream()
            async with Call(self, method, context) as call:
                request = await call.admit(data)
                await _send(call, method.behaviour(request, context), context)

        async def stream(requests: AsyncIterator[bytes], context: Any) -> None:
            self._keep_stream()
            async with Call(self, method, context) as call:
                await call.admit()
                await _send(call, method.behaviour(_parsed(call, requests), context), context)

        if method.many_requests:
            return grpc.stream_stream_rpc_method_handler(stream)
        return grpc.unary_stream_rpc_method_handler(unary)

    def _keep_stream(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._streams.add(task)
            task.add_done_callback(self._streams.discard)


async def _parsed(call: Call, requests: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for data in requests:
        yield call.request(data)


async def _send(call: Call, answers: Any, context: Any) -> None:
    async with aclosing(answers):
        async for message in answers:
            await context.write(call.answer(message))


async def _never(requests: AsyncIterator[bytes], _: object) -> AsyncIterator[bytes]:
    """The behaviour of a method that nobody serves; the gate refuses the call before."""
    async for data in requests:
        yield data


_UNKNOWN: Handler = grpc.stream_stream_rpc_method_handler(_never)
