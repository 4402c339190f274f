"""Sends spans and metrics to an OpenTelemetry collector over gRPC."""

from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def span_processor(endpoint: str) -> BatchSpanProcessor:
    """Sends spans in batches, from a thread of its own."""
    return BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=_insecure(endpoint)))


def metric_reader(endpoint: str) -> PeriodicExportingMetricReader:
    """Sends the metrics every minute, from a thread of its own."""
    return PeriodicExportingMetricReader(
        OTLPMetricExporter(endpoint=endpoint, insecure=_insecure(endpoint))
    )


def _insecure(endpoint: str) -> bool:
    return endpoint.startswith("http://")
