"""One command on its way to the writer, and what comes back."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from opentelemetry import trace

from kernel.identity import NOBODY, Caller
from kernel.unit_of_work.sight import Wanted

T = TypeVar("T")
Handler = Callable[[Any, Any], T]


@dataclass(frozen=True, slots=True)
class Answered:
    """The request_id was answered before, with these bytes; nothing was done now."""

    answer: bytes


def current_traceparent() -> str:
    """The W3C traceparent of the span under way, or "" when there is none."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return ""
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


@dataclass(frozen=True, slots=True)
class Work(Generic[T]):
    """A handler, its command, and what the writer must know about both.

    `handler(uow, command)` may run more than once: it changes nothing but through the unit of work.
    `key` names what the command is about (a case id); commands run in the order they were handed
    in. With `request_id`, the bytes that `answer(result)` gives are kept and answered to every
    repeat; `fingerprint` are the bytes of the request, so that another request under the same id
    is noticed. A command without one must decide by its own rows whether it was done before: it is
    run again when a COMMIT was sent and its outcome is unknown. `prefetch` names the rows the
    handler will ask for, so that a whole batch loads them at once; the handler works without.
    `urgent` is for one of a chain of commands, each of which waits for the one before: it is not
    kept waiting for others to share its commit.
    """

    handler: Handler[T]
    command: Any
    key: str = ""
    caller: Caller = NOBODY
    request_id: UUID | None = None
    prefetch: tuple[Wanted, ...] = ()
    answer: Callable[[T], bytes] | None = None
    method: str = ""
    fingerprint: bytes = b""
    traceparent: str = field(default_factory=current_traceparent)
    urgent: bool = False

    def identity(self) -> bytes:
        """What must be equal for a repeat of a request_id to be one: caller, method, request.

        16 bytes. The request itself cannot be found from it: it contains the random request_id.
        """
        request = self.fingerprint or repr(self.command).encode()
        name = f"{self.caller.kind.value}\0{self.caller.id}\0{self.method}\0".encode()
        return hashlib.blake2b(name + request, digest_size=16).digest()
