"""One RPC as the edge sees it: name, behaviour, and how its messages are read and written."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc


class NotAsync(TypeError):
    """A servicer method is no coroutine function or, with many answers, no async generator."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method and its behaviour. `many_requests` and `many_answers` tell the four kinds apart."""

    name: str
    behaviour: Callable[..., Any]
    parse: Callable[[bytes], Any]
    serialize: Callable[[Any], bytes]
    many_requests: bool
    many_answers: bool
    may_open_case: bool

    @classmethod
    def of(cls, name: str, handler: "grpc.RpcMethodHandler[Any, Any]") -> "Method":
        """Take a generated handler apart.

        Raises:
            NotAsync: the behaviour would block the event loop.
        """
        behaviour: Any = (
            handler.unary_unary
            or handler.unary_stream
            or handler.stream_unary
            or handler.stream_stream
        )
        _check(name, behaviour, many_answers=handler.response_streaming)
        return cls(
            name=name,
            behaviour=behaviour,
            parse=handler.request_deserializer or _same,
            serialize=handler.response_serializer or _same,
            many_requests=handler.request_streaming,
            many_answers=handler.response_streaming,
            may_open_case=not handler.response_streaming,
        )


def _same(message: Any) -> Any:
    return message


def _check(name: str, behaviour: Any, *, many_answers: bool) -> None:
    wanted = inspect.isasyncgenfunction if many_answers else inspect.iscoroutinefunction
    if not wanted(behaviour) and not _is_left_out(behaviour):
        raise NotAsync(name)


def _is_left_out(behaviour: Any) -> bool:
    """Whether the generated base class answers, since the servicer does not implement it."""
    module = getattr(inspect.unwrap(behaviour), "__module__", "")
    return module.endswith("_pb2_grpc")
