"""Traces and metrics: `configure` once per process, `journey_*` for what belongs to a case."""

from kernel.telemetry.setup import VARIABLE, Telemetry, configure, recording
from kernel.telemetry.traces import (
    ATTRIBUTES,
    TRACEPARENT,
    extract,
    in_journey,
    inject,
    journey,
    journey_context,
    journey_span,
    journey_traceparent,
    note_journey,
    start_span,
    tag,
)

__all__ = [
    "ATTRIBUTES",
    "TRACEPARENT",
    "VARIABLE",
    "Telemetry",
    "configure",
    "extract",
    "in_journey",
    "inject",
    "journey",
    "journey_context",
    "journey_span",
    "journey_traceparent",
    "note_journey",
    "recording",
    "start_span",
    "tag",
]
