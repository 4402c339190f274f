"""The providers of a process: what is recorded and where it goes. Nothing, unless asked."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased

VARIABLE = "LIANXIN_TELEMETRY"


@dataclass(frozen=True, slots=True)
class Telemetry:
    """The providers of this process; `shut_down` sends what is left."""

    traces: TracerProvider
    metrics: MeterProvider

    def shut_down(self) -> None:
        """Send what is left and stop the exporters' threads."""
        self.traces.shutdown()
        self.metrics.shutdown()


@contextmanager
def recording(
    service: str, node: str, environ: Mapping[str, str] | None = None
) -> Iterator[Telemetry | None]:
    """Record, for the life of a process, what `LIANXIN_TELEMETRY` asks for; nothing without it.

    `http://host:4317` and `https://…` are OTLP collectors; anything else is a file to which spans
    and metrics are appended, a JSON object a line. Several processes may share one file.
    """
    wanted = (os.environ if environ is None else environ).get(VARIABLE, "")
    collector = wanted.startswith(("http://", "https://"))
    file = Path(wanted) if wanted and not collector else None
    made = configure(service, node, endpoint=wanted if collector else "", file=file)
    try:
        yield made
    finally:
        if made:
            made.shut_down()


def configure(
    service: str,
    node: str,
    *,
    endpoint: str = "",
    file: Path | None = None,
    sampled: float = 1.0,
    exporter: SpanExporter | None = None,
    reader: MetricReader | None = None,
) -> Telemetry | None:
    """Set up the process's providers, once.

    `endpoint` is the OTLP collector (`http://127.0.0.1:4317`); `file` takes JSON lines; tests give
    an `exporter` and a `reader` of their own. With none of them nothing is recorded, nothing costs,
    and None is returned.
    """
    if not (endpoint or file or exporter or reader):
        return None
    resource = Resource.create({"service.name": service, "lianxin.node": node})
    traces = TracerProvider(sampler=_sampler(sampled), resource=resource)
    processors, readers = _outlets(endpoint, file)
    for processor in [*processors, *([SimpleSpanProcessor(exporter)] if exporter else [])]:
        traces.add_span_processor(processor)
    meters = MeterProvider([*readers, *([reader] if reader else [])], resource=resource)
    trace.set_tracer_provider(traces)
    metrics.set_meter_provider(meters)
    return Telemetry(traces, meters)


def _sampler(share: float) -> Sampler:
    """By trace id, also below a remote parent: all nodes keep the same journeys, or none of it.

    The root of a journey always says "sampled", since nobody can ask it.
    """
    by_id = TraceIdRatioBased(share)
    return ParentBased(by_id, remote_parent_sampled=by_id)


def _outlets(
    endpoint: str, file: Path | None
) -> tuple[Sequence[SpanProcessor], Sequence[MetricReader]]:
    """The OTLP exporters are loaded only where there is a collector: they weigh 10 MB."""
    processors: list[SpanProcessor] = []
    readers: list[MetricReader] = []
    if endpoint:
        otlp = import_module("kernel.telemetry.otlp")
        processors.append(otlp.span_processor(endpoint))
        readers.append(otlp.metric_reader(endpoint))
    if file:
        lines = import_module("kernel.telemetry.lines")
        processors.append(lines.span_processor(file))
        readers.append(lines.metric_reader(file))
    return processors, readers
