"""Traces and metrics: `configure` once per process, `journey_*` for what belongs to a case."""

from kernel.telemetry.journey import (
    TRACEPARENT,
    extract,
    inject,
    journey,
    journey_context,
    journey_span,
    journey_traceparent,
    note_journey,
    start_span,
)
from kernel.telemetry.setup import Telemetry, configure

__all__ = [
    "TRACEPARENT",
    "Telemetry",
    "configure",
    "extract",
    "inject",
    "journey",
    "journey_context",
    "journey_span",
    "journey_traceparent",
    "note_journey",
    "start_span",
]
