"""A channel that adds to every call what all calls need: token, language, trace and deadline.

It wraps the channel of grpc.aio instead of using its interceptors, which cost a task per call. A
unary method returns a plain awaitable, a stream the call object of grpc.aio.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from kernel import telemetry
from kernel.catalogue import Language

Metadata = tuple[tuple[str, str], ...]
_TRACER = trace.get_tracer("lianxin")


def anonymous() -> str:
    """The token source of a caller without credentials."""
    return ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls are made over a line. `token` gives the value after `Bearer`; empty for none."""

    token: Callable[[], str] = anonymous
    language: Language = Language.ZH_CN
    deadline_s: float = 10.0
    scheme: str = "Bearer"
    extra: Metadata = field(default=())

    def metadata(self, given: Any) -> Metadata:
        """The metadata of one call."""
        headers = {"accept-language": self.language.value}
        token = self.token()
        if token:
            headers["authorization"] = f"{self.scheme} {token}"
        telemetry.inject(headers)
        return (*headers.items(), *self.extra, *(given or ()))


class _Unary:
    """One answer: within the deadline, in a span of the caller's trace."""

    def __init__(self, name: str, call: Any, manner: Manner) -> None:
        self._name = name
        self._call = call
        self._manner = manner

    async def __call__(
        self,
        request: Any,
        *,
        timeout: float | None = None,
        metadata: Any = None,
        **rest: Any,
    ) -> Any:
        with _TRACER.start_as_current_span(
            self._name, kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                return await self._call(
                    request,
                    timeout=self._manner.deadline_s if timeout is None else timeout,
                    metadata=self._manner.metadata(metadata),
                    **rest,
                )
            except grpc.aio.AioRpcError as error:
                span.set_status(Status(StatusCode.ERROR, error.code().name))
                raise


class _Stream:
    """A call with a stream on either side: no deadline unless one is given."""

    def __init__(self, call: Any, manner: Manner) -> None:
        self._call = call
        self._manner = manner

    def __call__(self, request: Any = None, *, metadata: Any = None, **rest: Any) -> Any:
        return self._call(request, metadata=self._manner.metadata(metadata), **rest)


class Line(grpc.aio.Channel):
    """A dialled channel; stubs take it like any other. Close it in the loop that made it."""

    def __init__(self, channel: grpc.aio.Channel, manner: Manner) -> None:
        self._channel = channel
        self._manner = manner

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with one request and one answer."""
        return _Unary(method, self._channel.unary_unary(method, *args, **kwargs), self._manner)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with a stream of answers."""
        return _Stream(self._channel.unary_stream(method, *args, **kwargs), self._manner)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with a stream of requests."""
        return _Stream(self._channel.stream_unary(method, *args, **kwargs), self._manner)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with streams both ways."""
        return _Stream(self._channel.stream_stream(method, *args, **kwargs), self._manner)

    async def close(self, grace: float | None = None) -> None:
        """Hang up; calls in flight get `grace` seconds."""
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The state of the connection."""
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Return once the state is another one."""
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return once connected."""
        await self._channel.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
