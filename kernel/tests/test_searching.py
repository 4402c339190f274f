"""The search that the privacy tests go by finds what is planted for it."""

from pathlib import Path
from urllib.parse import quote

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider

from kernel.telemetry.lines import metric_reader, span_processor
from kernel.testing.searching import found_in

NAME, PHONE, OTHER = "顾晓禾", "13900001111", "周小满"
PERSONAL = [NAME, PHONE, OTHER]


def test_a_name_in_a_span_is_found(tmp_path: Path) -> None:
    """Also where the exporter has escaped it: an attribute, an event, the text of a status."""
    for number, plant in enumerate(
        (
            lambda span: span.set_attribute("note", f"asked by {NAME}"),
            lambda span: span.add_event("call", {"phone": PHONE, "who": NAME}),
            lambda span: span.record_exception(ValueError(f"{NAME} {PHONE}")),
        )
    ):
        file = tmp_path / f"{number}.jsonl"
        traces = TracerProvider()
        traces.add_span_processor(span_processor(file))
        with traces.get_tracer("test").start_as_current_span("step") as span:
            plant(span)
        traces.shutdown()
        found = found_in(file.read_bytes(), PERSONAL)
        assert NAME in found
        assert OTHER not in found


def test_a_name_in_a_metric_is_found(tmp_path: Path) -> None:
    """As the value of an attribute of a measurement."""
    file = tmp_path / "metrics.jsonl"
    meters = MeterProvider([metric_reader(file)])
    meters.get_meter("test").create_counter("calls").add(1, {"who": NAME})
    meters.shutdown()
    assert found_in(file.read_bytes(), PERSONAL) == [NAME]


@pytest.mark.parametrize(
    "content",
    [
        f"… {NAME} …".encode(),
        rf"{{'x': {NAME.encode()!r}}}".encode(),
        f"grpc-message: {quote(NAME)}".encode(),
        NAME.encode("gb18030"),
        NAME.encode("utf-16-le"),
    ],
)
def test_a_name_is_found_however_it_was_written(content: bytes) -> None:
    """Plain, as bytes in a traceback, in a gRPC status, in the other encodings of Chinese."""
    assert found_in(content, PERSONAL) == [NAME]


def test_nothing_is_found_where_nothing_is() -> None:
    """Codes, ids and times are nobody's name."""
    assert found_in(b"330523-2026-00001 held 2026-11-21T09:00:00Z", PERSONAL) == []
