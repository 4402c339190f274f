import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from kernel import telemetry
from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.errors import MissingField
from kernel.grpc_client import Line, Manner, dial
from kernel.grpc_server import Pings, Served, ServerSettings, build_server
from kernel.identity import Caller, Kind, Role
from kernel.telemetry import journey
from kernel.telemetry.setup import _sampler
from kernel.testing import echo
from kernel.testing.echo import EchoMessage, EchoServicer, EchoStub
from kernel.testing.waiting import eventually
from kernel.tokens import Authenticator, KeyRing, renewing

CASE = UUID("0190a1b2-0000-7000-8000-000000000001")
CLERK = Caller(Kind.STAFF, "zhao", roles=frozenset({Role.REGISTRAR}))
EXPORTER, READER = InMemorySpanExporter(), InMemoryMetricReader()


@pytest.fixture(scope="session")
def providers() -> telemetry.Telemetry:
    """The providers of the test process; OpenTelemetry takes them once only."""
    made = telemetry.configure("test", "330523", exporter=EXPORTER, reader=READER)
    assert made
    return made


@pytest.fixture
def spans(providers: telemetry.Telemetry) -> InMemorySpanExporter:
    """The spans that ended in this test."""
    EXPORTER.clear()
    return EXPORTER


@pytest.fixture
def servicer() -> EchoServicer:
    """The servicer of the test."""
    return EchoServicer()


@pytest.fixture
async def line(tmp_path: Path, servicer: EchoServicer) -> AsyncIterator[Line]:
    """A clerk's line to an echo server."""
    ring = KeyRing.open(tmp_path / "keys")
    server = build_server(
        ServerSettings(),
        [
            Served(
                echo.DESCRIPTOR,
                echo.add_to_server,
                servicer,
                echo.access(Access("case.register")),
            )
        ],
        authenticator=Authenticator("330523", ring),
        texts=Catalogue.load("kernel"),
        pings=Pings(),
    )
    await server.start()
    source = renewing(
        ring, CLERK, issuer="330523", audience="330523", clock=lambda: datetime.now(UTC)
    )
    async with dial(server.target, Manner(token=source), retries=0) as dialled:
        yield dialled
    await server.stop()


def named(spans: InMemorySpanExporter, kind: trace.SpanKind) -> list[ReadableSpan]:
    """The ended spans of a kind."""
    return [span for span in spans.get_finished_spans() if span.kind is kind]


def trace_id(span: ReadableSpan) -> int:
    """The trace a span belongs to."""
    assert span.context
    return int(span.context.trace_id)


def test_journey_is_the_same_everywhere() -> None:
    """The trace of a case follows from its id alone; two cases have two traces."""
    assert journey(CASE) == journey(UUID(str(CASE)))
    assert journey(CASE).is_valid
    assert journey(CASE).trace_id != journey(uuid4()).trace_id


def test_journeys_are_sampled_evenly() -> None:
    """Half of the journeys fall below the middle of the ids that a sampler compares with."""
    low = [journey(UUID(int=n)).trace_id & (2**64 - 1) for n in range(2000)]
    assert 900 < sum(number < 2**63 for number in low) < 1100


async def test_call_continues_the_callers_trace(line: Line, spans: InMemorySpanExporter) -> None:
    """A call without a case is one trace: the client's span, and the server's below it."""
    await EchoStub(line).say(echo.echo("x"))
    (client,), (server,) = (
        named(spans, trace.SpanKind.CLIENT),
        named(spans, trace.SpanKind.SERVER),
    )
    assert client.context
    assert server.parent
    assert trace_id(server) == trace_id(client)
    assert server.parent.span_id == client.context.span_id


@pytest.mark.parametrize("kind", ["say", "tell"])
async def test_call_about_a_case_joins_its_journey(
    line: Line, spans: InMemorySpanExporter, kind: str
) -> None:
    """A call that names a case is in the case's trace, linked to the one it came from."""
    message = echo.echo("x", n=1, case_id=str(CASE))
    stub = EchoStub(line)
    if kind == "say":
        await stub.say(message)
    else:
        assert [answer.n async for answer in stub.tell(message)] == [1]
    await eventually(lambda: bool(named(spans, trace.SpanKind.SERVER)))
    server = named(spans, trace.SpanKind.SERVER)[0]
    assert trace_id(server) == journey(CASE).trace_id
    if kind == "say":
        (client,) = named(spans, trace.SpanKind.CLIENT)
        assert [link.context.trace_id for link in server.links] == [trace_id(client)]


async def test_new_case_joins_its_journey(
    line: Line, servicer: EchoServicer, spans: InMemorySpanExporter
) -> None:
    """A call whose answer names a new case is entered into that case's trace as well."""

    async def register(message: EchoMessage) -> EchoMessage:
        return echo.echo(case_id=str(CASE))

    servicer.answer = register
    await EchoStub(line).say(echo.echo("x"))
    traces = [trace_id(span) for span in named(spans, trace.SpanKind.SERVER)]
    assert len(traces) == 2
    assert journey(CASE).trace_id in traces


async def test_work_within_a_call_stays_in_the_journey(
    line: Line, servicer: EchoServicer, spans: InMemorySpanExporter
) -> None:
    """What a servicer keeps beside a message, and what a consumer makes of it, is one trace."""
    kept: list[str | None] = []

    async def answer(message: EchoMessage) -> EchoMessage:
        kept.append(telemetry.journey_traceparent(CASE))
        return message

    servicer.answer = answer
    await EchoStub(line).say(echo.echo("x", case_id=str(CASE)))
    incoming = telemetry.extract({"traceparent": kept[0] or ""})
    with telemetry.journey_span("apply", CASE, incoming):
        pass
    server = next(s for s in named(spans, trace.SpanKind.SERVER) if s.name == echo.SAY)
    (applied,) = named(spans, trace.SpanKind.INTERNAL)
    assert server.context
    assert applied.parent
    assert trace_id(applied) == journey(CASE).trace_id
    assert applied.parent.span_id == server.context.span_id


def test_events_are_sent_in_the_journey() -> None:
    """An event of a case carries the case's trace, whatever trace the command came in."""
    other = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    own = f"00-{journey(CASE).trace_id:032x}-b7ad6b7169203331-01"
    assert telemetry.in_journey(own, CASE) == own
    assert telemetry.in_journey(other, None) == other
    for given in ("", other):
        found = telemetry.extract({"traceparent": telemetry.in_journey(given, CASE)})
        assert trace.get_current_span(found).get_span_context().trace_id == journey(CASE).trace_id


def test_share_of_journeys_is_the_same_on_every_node() -> None:
    """A sampler keeps or drops a whole journey by its trace id, though its root says sampled."""
    providers = [TracerProvider(sampler=_sampler(0.5)) for _ in range(2)]
    kept = []
    for number in range(200):
        parent = telemetry.extract({"traceparent": telemetry.in_journey("", UUID(int=number))})
        spans = [made.get_tracer("x").start_span("x", parent) for made in providers]
        kept.append({span.is_recording() for span in spans})
    assert all(len(answers) == 1 for answers in kept)
    assert 60 < kept.count({True}) < 140


def test_lost_context_finds_the_journey_again(spans: InMemorySpanExporter) -> None:
    """A message that lost its headers on the way is still handled in the case's trace."""
    with telemetry.journey_span("apply", CASE, telemetry.extract(None)):
        pass
    (applied,) = named(spans, trace.SpanKind.INTERNAL)
    assert trace_id(applied) == journey(CASE).trace_id


@pytest.mark.parametrize("header", ["", "noise", "00-0-0-00", "张三"])
def test_damaged_header_is_no_context(header: str) -> None:
    """A damaged traceparent is ignored."""
    context = telemetry.extract({"traceparent": header})
    assert not trace.get_current_span(context).get_span_context().is_valid


async def test_spans_and_metrics_hold_no_text(
    line: Line, servicer: EchoServicer, spans: InMemorySpanExporter
) -> None:
    """Neither a failed nor a refused call leaves any text of the request in spans or metrics."""

    async def fails(message: EchoMessage) -> EchoMessage:
        raise ValueError(message.text)

    servicer.answer = fails
    with pytest.raises(grpc.aio.AioRpcError):
        await EchoStub(line).say(echo.echo("张三 13800001234"))
    with pytest.raises(ValueError, match="1380"), telemetry.journey_span("step", CASE):
        raise ValueError("13800001234")
    data = READER.get_metrics_data()
    assert data
    exported = "".join(span.to_json() for span in spans.get_finished_spans()) + data.to_json()
    assert "ValueError" in exported
    assert "13800001234" not in exported
    assert "张三" not in exported


async def test_rate_latency_and_refusals_are_counted(
    line: Line, servicer: EchoServicer, spans: InMemorySpanExporter
) -> None:
    """Each call counts by method and code, each refusal by its reason."""

    async def refuses(message: EchoMessage) -> EchoMessage:
        raise MissingField.of("place")

    servicer.answer = refuses
    with pytest.raises(grpc.aio.AioRpcError):
        await EchoStub(line).say(echo.echo())
    data = READER.get_metrics_data()
    assert data
    points = [
        (metric.name, dict(point.attributes or {}))
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
    ]
    refused = {"rpc.method": echo.SAY, "reason": "MISSING_FIELD"}
    assert ("lianxin.rpc.refused", refused) in points
    timed = {"rpc.method": echo.SAY, "rpc.response.status_code": "INVALID_ARGUMENT"}
    assert ("rpc.server.call.duration", timed) in points
    server = named(spans, trace.SpanKind.SERVER)[0]
    assert server.status.status_code is StatusCode.ERROR


def test_nothing_is_recorded_unless_asked() -> None:
    """Without a collector no provider is made."""
    assert telemetry.configure("test", "330523") is None


def test_tracing_of_a_call_is_cheap(providers: telemetry.Telemetry) -> None:
    """Reading the context and finding the journey costs less than twice the bare span itself."""
    header = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    tracer = trace.get_tracer("floor")

    def bare() -> None:
        tracer.start_span(echo.SAY, kind=trace.SpanKind.SERVER).end()

    def ours() -> None:
        context = telemetry.extract(header)
        kind = trace.SpanKind.SERVER
        telemetry.start_span(echo.SAY, kind, context, case_id=CASE)[0].end()

    floor, cost = _seconds_each(bare), _seconds_each(ours)
    EXPORTER.clear()
    assert cost < 3 * floor


def _seconds_each(work: Callable[[], None]) -> float:
    best = float("inf")
    for _ in range(20):
        started = time.process_time()
        for _ in range(50):
            work()
        best = min(best, (time.process_time() - started) / 50)
    return best


def test_spans_and_metrics_go_to_a_file(tmp_path: Path) -> None:
    """A process asked to by its environment appends spans and metrics to a file, as JSON lines."""
    file = tmp_path / "telemetry.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", RECORDING],
        env={**os.environ, telemetry.VARIABLE: str(file)},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    span = next(line for line in lines if line.get("name") == "step")
    assert span["context"]["trace_id"] == f"0x{journey(CASE).trace_id:032x}"
    assert span["resource"]["attributes"]["lianxin.node"] == "anji"
    assert "resource_metrics" in lines[-1]
    assert "rpc.server.call.duration" in json.dumps(lines[-1])


RECORDING = f"""
from uuid import UUID
from kernel import telemetry
from kernel.interceptors import measures
with telemetry.recording("test", "anji"), telemetry.journey_span("step", UUID("{CASE}")):
    measures.answered("x", "OK", 1.0)
"""
