"""The providers of a process: what is recorded and where it goes. Nothing, unless asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased


@dataclass(frozen=True, slots=True)
class Telemetry:
    """The providers of this process; `shut_down` sends what is left."""

    traces: TracerProvider
    metrics: MeterProvider

    def shut_down(self) -> None:
        """Send what is left and stop the exporters' threads."""
        self.traces.shutdown()
        self.metrics.shutdown()


def configure(
    service: str,
    node: str,
    *,
    endpoint: str = "",
    sampled: float = 1.0,
    exporter: SpanExporter | None = None,
    reader: MetricReader | None = None,
) -> Telemetry | None:
    """Set up the process's providers, once.

    `endpoint` is the OTLP collector (`http://127.0.0.1:4317`); tests give an `exporter` and a
    `reader` of their own. With neither nothing is recorded, nothing costs, and None is returned.
    """
    if not (endpoint or exporter or reader):
        return None
    resource = Resource.create({"service.name": service, "lianxin.node": node})
    traces = TracerProvider(sampler=_sampler(sampled), resource=resource)
    processors, readers = _collector(endpoint) if endpoint else ([], [])
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


def _collector(endpoint: str) -> tuple[Sequence[SpanProcessor], Sequence[MetricReader]]:
    """The OTLP exporters are loaded only where there is a collector: they weigh 10 MB."""
    otlp = import_module("kernel.telemetry.otlp")
    return [otlp.span_processor(endpoint)], [otlp.metric_reader(endpoint)]
