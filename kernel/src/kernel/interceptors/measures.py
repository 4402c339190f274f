"""Rate, latency and refusals of each RPC, by method, status code and reason."""

from opentelemetry import metrics

_METER = metrics.get_meter("lianxin")
_DURATION = _METER.create_histogram(
    "rpc.server.call.duration", unit="ms", description="How long calls took, by method and code"
)
_REFUSED = _METER.create_counter(
    "lianxin.rpc.refused", description="Calls refused, by method and reason"
)


def answered(method: str, code: str, duration_ms: float) -> None:
    """Count one call that ended with this status code."""
    _DURATION.record(duration_ms, {"rpc.method": method, "rpc.response.status_code": code})


def refused(method: str, reason: str) -> None:
    """Count one refusal."""
    _REFUSED.add(1, {"rpc.method": method, "reason": reason})
