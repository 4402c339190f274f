import ast
import contextvars
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog

from kernel import logs

CASE = UUID("0190a1b2-0000-7000-8000-000000000001")
NAMES_A_LOG = re.compile(r"\b_?log(ger)?\b")
"""Only what has such a name can log: to parse the others takes seconds and finds nothing."""


@contextmanager
def captured(**options: Any) -> Iterator[list[dict[str, Any]]]:
    """The log lines of the block, as JSON."""
    stream, lines = io.StringIO(), list[dict[str, Any]]()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure(stream=stream, **options)
    try:
        yield lines
    finally:
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]
        structlog.reset_defaults()
        root.handlers[:], level = before
        root.setLevel(level)


class State(Enum):
    """Some state."""

    HELD = "held"


def test_ids_and_states_pass() -> None:
    """Ids, codes, states, counts and times of the allow-list come out as they are."""
    with captured() as lines:
        at = datetime(2026, 11, 2, 1, tzinfo=UTC)
        logs.get_logger().info("case_held", case_id=CASE, state=State.HELD, epoch=3, since=at)
    (line,) = lines
    assert line["event"] == "case_held"
    assert line["level"] == "info"
    assert line["case_id"] == str(CASE)
    assert (line["state"], line["epoch"]) == ("HELD", 3)
    assert line["since"] == "2026-11-02 01:00:00+00:00"


def test_unlisted_fields_are_dropped() -> None:
    """A field outside the allow-list does not come out, whatever it holds; its number does."""
    with captured() as lines:
        logs.get_logger().info("case_held", phone="13800001234", narrative="x", case_id=CASE)
    assert lines[0]["redacted"] == 2
    assert "13800001234" not in json.dumps(lines)


@pytest.mark.parametrize(
    "value",
    [
        "张三",
        "13800001234",
        "tel:13800001234;x",
        "33052319700101123X",
        "nats://intake:s3cret@127.0.0.1:4222",
        "two words",
        "a" * 400,
        object(),
        {"unit": "李四"},
        ["张三"],
    ],
)
def test_personal_values_do_not_pass_under_listed_names(value: object) -> None:
    """Text that is no id, code or state is replaced even in an allowed field."""
    with captured() as lines:
        logs.get_logger().info("case_held", unit=value)
    text = json.dumps(lines, ensure_ascii=False)
    assert "redacted" in text
    assert "张三" not in text
    assert "13800001234" not in text
    assert "s3cret" not in text


def test_sentences_are_no_events() -> None:
    """An event that is no constant in lower_snake is not printed."""
    with captured() as lines:
        logs.get_logger().info("张三 called from 13800001234")
    assert lines[0]["event"] == "unnamed_event"


def _fails(name: str) -> None:
    try:
        dict[str, int]()[name]
    except KeyError as cause:
        raise ValueError("13800001234") from cause


def test_exceptions_show_type_and_place_only() -> None:
    """An exception is logged by type, place and cause; its message is not."""
    with captured() as lines:
        try:
            _fails("张三")
        except ValueError:
            logs.get_logger().exception("import_failed")
    (line,) = lines
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
    assert line["of"].startswith("KeyError@test_logs.py:")
    assert "13800001234" not in json.dumps(line)


def test_bound_fields_are_on_every_line() -> None:
    """Fields bound once are on every later line of the task; None is not bound."""

    def work() -> None:
        logs.bind(case_id=CASE, request_id=None)
        logs.get_logger().info("first")
        logs.get_logger().info("second", case_id="other")

    with captured() as lines:
        contextvars.copy_context().run(work)
        logs.get_logger().info("third")
    assert [line.get("case_id") for line in lines] == [str(CASE), "other", None]
    assert "request_id" not in lines[0]


def test_library_records_lose_their_values() -> None:
    """What a library logs comes out by logger, place and type of error, without its text."""
    with captured() as lines:
        try:
            _fails("张三")
        except ValueError:
            logging.getLogger("some.library").exception("no route to %s", "张三")
        logging.getLogger("some.library").info("chatter")
    (line,) = lines
    assert line["event"] == "library_log"
    assert line["logger"] == "some.library"
    assert line["error"] == "ValueError"
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_level_and_more_fields_are_configured() -> None:
    """A service may allow fields of its own, and choose how much it says."""
    with captured(level="WARNING", allowed=["colour"]) as lines:
        logs.get_logger().info("quiet")
        logs.get_logger().warning("loud", colour="red")
    assert [(line["event"], line["colour"]) for line in lines] == [("loud", "red")]


def test_console_form() -> None:
    """On a console the same fields come out as one readable line."""
    stream = io.StringIO()
    with captured():
        logs.configure(stream=stream, console=True)
        logs.get_logger().info("case_held", epoch=3, phone="13800001234")
    assert "case_held" in stream.getvalue()
    assert "13800001234" not in stream.getvalue()


def test_every_field_logged_anywhere_is_listed() -> None:
    """No line of ours loses a field silently: what the code logs is in the allow-list."""
    root = Path(__file__).parents[2]
    sources = [
        source
        for folder in ("kernel/src", "services", "cli/src")
        for source in (root / folder).rglob("*.py")
    ]
    texts = ((source.name, source.read_text(encoding="utf-8")) for source in sources)
    naming = [(name, text) for name, text in texts if NAMES_A_LOG.search(text)]
    assert len(naming) > 50
    unlisted = {
        (name, field)
        for name, text in naming
        for field in _logged_fields(ast.parse(text))
        if field not in logs.ALLOWED_FIELDS
    }
    assert unlisted == set()


def _logged_fields(tree: ast.AST) -> set[str]:
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    return {
        keyword.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in levels
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "_log", "logger", "_logger"}
        for keyword in node.keywords
        if keyword.arg and keyword.arg != "exc_info"
    }


def test_a_full_disk_loses_log_lines_and_nothing_else() -> None:
    """Logging to a device that takes nothing raises nothing, and counts what was lost."""
    full = Path("/dev/full").open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 (closing raises)
    lossy = logs.Lossy(full)
    print("a line", file=lossy, flush=True)
    assert lossy.lost > 0
    with pytest.raises(OSError, match="No space left"):  # what the line would have raised
        full.close()
