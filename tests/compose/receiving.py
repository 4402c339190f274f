"""What stands for an OpenTelemetry collector where none can be had: run in a container by itself.

It takes spans and metrics over OTLP at port 4317 and offers the newest level of each gauge at port
8889 as the collector's exporter for Prometheus does: dots and units become parts of the name,
attributes and what is said of the service become labels. Who sent what first is printed.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as traces_grpc

EVERYWHERE, TAKEN_AT, OFFERED_AT = "", 4317, 8889
UNITS = {"ms": "_milliseconds", "s": "_seconds"}
_seen: set[str] = set()
_levels: dict[str, float] = {}


def _saw(kind: str, resource: Any) -> None:
    said = {each.key: each.value.string_value for each in resource.attributes}
    line = f"{kind} {said.get('service.name', '')}"
    if line not in _seen:
        _seen.add(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Spans(traces_grpc.TraceServiceServicer):
    """Takes spans."""

    def Export(self, request: Any, context: Any) -> Any:
        """Every span of a request is taken."""
        for each in request.resource_spans:
            _saw("spans", each.resource)
        return traces.ExportTraceServiceResponse()


class Levels(metrics_grpc.MetricsServiceServicer):
    """Takes metrics."""

    def Export(self, request: Any, context: Any) -> Any:
        """Gauges are kept, the rest is only taken."""
        for each in request.resource_metrics:
            _saw("metrics", each.resource)
            for scope in each.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.gauge.data_points:
                        _keep(metric, point, each.resource)
        return metrics.ExportMetricsServiceResponse()


def _keep(metric: Any, point: Any, resource: Any) -> None:
    said = [*resource.attributes, *point.attributes]
    labels = {_plain(each.key): each.value.string_value for each in said if each.value.string_value}
    shown = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    name = _plain(metric.name) + UNITS.get(metric.unit, "")
    _levels[f"{name}{{{shown}}}"] = point.as_int or point.as_double


def _plain(name: str) -> str:
    return name.replace(".", "_")


class Offer(BaseHTTPRequestHandler):
    """Tells Prometheus."""

    def do_GET(self) -> None:
        """Every level that is known."""
        text = "".join(f"{series} {value}\n" for series, value in sorted(_levels.items()))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_request(self, code: object = "", size: object = "") -> None:
        """Nothing is said of a scrape."""


def main() -> None:
    """Take until the container is stopped."""
    server = grpc.server(ThreadPoolExecutor(4))
    traces_grpc.add_TraceServiceServicer_to_server(Spans(), server)
    metrics_grpc.add_MetricsServiceServicer_to_server(Levels(), server)
    server.add_insecure_port(f"[::]:{TAKEN_AT}")
    server.start()
    ThreadingHTTPServer((EVERYWHERE, OFFERED_AT), Offer).serve_forever()


if __name__ == "__main__":
    main()
