"""Writes spans and metrics to a file, one JSON object a line: for one machine, and for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

METRICS_EVERY_MS = 5000


def span_processor(file: Path) -> SimpleSpanProcessor:
    """Writes each span as it ends, so that a killed process leaves all it had ended."""
    return SimpleSpanProcessor(SpanLines(file))


def metric_reader(file: Path) -> PeriodicExportingMetricReader:
    """Writes all metrics every five seconds and at the end, from a thread of its own."""
    return PeriodicExportingMetricReader(MetricLines(file), export_interval_millis=METRICS_EVERY_MS)


class SpanLines(SpanExporter):
    """Appends spans to a file that several processes may share."""

    def __init__(self, file: Path) -> None:
        self._out = file.open("ab", buffering=0)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Append them, a line each."""
        self._out.write(b"".join(span.to_json(indent=None).encode() + b"\n" for span in spans))
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the file."""
        self._out.close()


class MetricLines(MetricExporter):
    """Appends everything measured so far to a file, as one line each time."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._out = file.open("ab", buffering=0)

    def export(
        self,
        metrics_data: MetricsData,
        timeout_millis: float = 10_000,
        **_more: Any,
    ) -> MetricExportResult:
        """Append it."""
        self._out.write(metrics_data.to_json(indent=None).encode() + b"\n")
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Nothing waits."""
        return True

    def shutdown(
        self,
        timeout_millis: float = 30_000,
        **_more: Any,
    ) -> None:
        """Close the file."""
        self._out.close()
