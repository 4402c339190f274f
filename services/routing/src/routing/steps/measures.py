"""What an operator sees of the steps: a span in the case's journey, durations, retries."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import metrics
from opentelemetry.trace import SpanKind

from kernel.telemetry import TRACEPARENT, extract, journey_span, tag
from routing.steps.failure import reason_of

Values = Mapping[str, Any]
_METER = metrics.get_meter("lianxin")
_DURATION = _METER.create_histogram(
    "lianxin.handover.step.duration",
    unit="ms",
    description="How long steps of hand-overs took, by step, direction and outcome",
)
_FAILED = _METER.create_counter(
    "lianxin.handover.step.failed",
    description="Steps that failed and are tried again, by state and reason",
)


@contextmanager
def measured(name: str, row: Values) -> Iterator[None]:
    """One step of a hand-over: a span `handover.<name>` in the case's journey, and its duration."""
    began, outcome = time.perf_counter(), "OK"
    came = extract({TRACEPARENT: row["traceparent"]})
    with journey_span(f"handover.{name}", row["case_id"], came, kind=SpanKind.INTERNAL) as span:
        tag(
            span,
            {
                "handover.id": str(row["handoff_id"]),
                "handover.direction": row["direction"],
                "handover.kind": row["kind"],
                "handover.tries": row["tries"],
                "case.epoch": row["epoch"],
            },
        )
        try:
            yield
        except Exception as error:
            outcome = reason_of(error)
            raise
        finally:
            tag(span, {"outcome": outcome})
            labels = {"step": name, "direction": row["direction"], "outcome": outcome}
            _DURATION.record(1000 * (time.perf_counter() - began), labels)


def failed(row: Values, reason: str) -> None:
    """Count a step that is tried again."""
    _FAILED.add(1, {"state": row["state"], "reason": reason})
