"""One trace for the whole journey of a case, through the OpenTelemetry API alone.

The trace of a case is derived from its id, so that every node and service arrives at the same one
without being told, even when the context got lost on the way (`journey`). Spans carry
method names, codes, reasons and ids only.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

SCOPE = "lianxin"
TRACEPARENT = "traceparent"

ATTRIBUTES = frozenset(
    {
        "case.epoch",
        "handover.direction",
        "handover.id",
        "handover.kind",
        "handover.tries",
        "outcome",
        "service",
    }
)
"""What a span may say of itself besides its name: ids, codes and numbers, never a text."""

_PROPAGATOR = TraceContextTextMapPropagator()
_NONE = Context()
_TRACER = trace.get_tracer(SCOPE)


@lru_cache(maxsize=4096)
def journey(case_id: UUID) -> SpanContext:
    """The root of a case's trace: the same on every node, now and in ten years.

    It is hashed, not the id itself, since samplers expect trace ids to be evenly spread.
    """
    digest = sha256(b"lianxin journey " + case_id.bytes).digest()
    return SpanContext(
        trace_id=int.from_bytes(digest[:16], "big"),
        span_id=int.from_bytes(digest[16:24], "big"),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )


def journey_context(case_id: UUID) -> Context:
    """A context in the case's trace: the current one where it is in it already, else its root."""
    return _within(case_id, otel_context.get_current())


def journey_traceparent(case_id: UUID | None) -> str | None:
    """The `traceparent` to keep beside a message: the case's journey, else the current trace."""
    context = otel_context.get_current() if case_id is None else journey_context(case_id)
    return inject({}, context).get(TRACEPARENT)


def in_journey(traceparent: str, case_id: UUID | None) -> str:
    """The `traceparent` of an event: the one given if it is in the case's trace, else its root."""
    if case_id is None:
        return traceparent
    root = journey(case_id)
    trace_id = f"{root.trace_id:032x}"
    return traceparent if trace_id in traceparent else f"00-{trace_id}-{root.span_id:016x}-01"


def _within(case_id: UUID, context: Context) -> Context:
    root = journey(case_id)
    current = trace.get_current_span(context).get_span_context()
    if current.trace_id == root.trace_id:
        return context
    return trace.set_span_in_context(NonRecordingSpan(root), context)


def inject(
    headers: MutableMapping[str, str], context: Context | None = None
) -> MutableMapping[str, str]:
    """Add `traceparent` to the headers of a message; nothing when there is no trace."""
    _PROPAGATOR.inject(headers, context)
    return headers


def extract(headers: Mapping[str, str] | None) -> Context:
    """The context that came with a message; the empty one when none came."""
    if not headers or TRACEPARENT not in headers:
        return _NONE
    return _PROPAGATOR.extract(headers, _NONE)


def start_span(
    name: str,
    kind: SpanKind,
    incoming: Context,
    *,
    case_id: UUID | None = None,
    start_ns: int | None = None,
) -> tuple[Span, Context]:
    """Start a span and make it current; in the case's trace when there is a case.

    Where the call came in another trace, a link leads back to it. The caller ends the span.
    """
    parent, links = incoming, []
    if case_id is not None:
        parent = _within(case_id, incoming)
        came_from = trace.get_current_span(incoming).get_span_context()
        if parent is not incoming and came_from.is_valid:
            links = [Link(came_from)]
    span = _TRACER.start_span(name, parent, kind, links=links, start_time=start_ns)
    context = trace.set_span_in_context(span, parent)
    return span, context


@contextmanager
def journey_span(
    name: str,
    case_id: UUID | None,
    incoming: Context | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
) -> Iterator[Span]:
    """A span of background work on a case: a step, a consumed event, a sweep.

    Without a case it goes on in the trace that came in (`extract`), or the current one.
    """
    origin = otel_context.get_current() if incoming is None else incoming
    span, context = start_span(name, kind, origin, case_id=case_id)
    token = otel_context.attach(context)
    try:
        yield span
    except BaseException as error:
        span.set_status(Status(StatusCode.ERROR, type(error).__qualname__))
        raise
    finally:
        otel_context.detach(token)
        span.end()


def tag(span: Span, values: Mapping[str, str | int]) -> None:
    """Say more of a span. Raises KeyError for a name that is not among `ATTRIBUTES`."""
    unknown = values.keys() - ATTRIBUTES
    if unknown:
        raise KeyError(f"spans do not tell {sorted(unknown)}")
    span.set_attributes(dict(values))


def note_journey(name: str, case_id: UUID, start_ns: int) -> None:
    """Enter a call into the journey of a case whose id was known only once it was answered."""
    current = trace.get_current_span()
    known = current.get_span_context().trace_id == journey(case_id).trace_id
    if known or not current.is_recording():
        return
    span, _ = start_span(
        name, SpanKind.SERVER, otel_context.get_current(), case_id=case_id, start_ns=start_ns
    )
    span.end()
