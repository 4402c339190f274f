"""Structured logs that cannot hold personal data.

An event is a constant in lower_snake (`case_registered`) with fields. Only fields of the allow-list
pass, and only values that look like an id, code, state, count or time; everything else is dropped,
whoever logs it. Exceptions are logged by type and place in the code, never by their message.
"""

import contextlib
import io
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast
from uuid import UUID

import structlog
from opentelemetry import trace

ALLOWED_FIELDS = frozenset(
    """
    access at attempt backlog broker bytes caller_id caller_kind case_id channel checks code
    commands consumer count cursor database delay_ms depth direction durable duration_ms epoch
    error error_id event_id event_type expected fact_no failures fault fields first from_no
    handoff_id head held holder incarnation interval_s key kid kind lag language level lines
    link link_no location logger lost method migration missing mode no node node_version number
    of origin peer permission pid port profile quantity queue reason receiver rejected
    request_id retries retry_after_s role rows rule seconds seq service settings signal since
    site size span_id standing state status step stream subject target tasks template tier to_no
    total trace_id type unit until url version waited_ms wanted what where why worker
    """.split()  # noqa: SIM905 (a list of this length is read as a paragraph)
)
"""The fields that may appear in a log line; a service adds its own through `configure`."""

_EVENT = re.compile(r"[a-z][a-z0-9_]{0,79}")
_SAFE = re.compile(r"[A-Za-z0-9_.:/@+*<>=,%#\[\]{}()-]{0,300}")
_SECRET = re.compile(
    r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)"  # mobile or identity number
    r"|://[^/@]*@"  # user and password in an address
)
_bound: ContextVar[Mapping[str, object]] = ContextVar("log_fields", default={})  # noqa: B039 (replaced, never changed)

Event = MutableMapping[str, Any]


def bind(**fields: object) -> None:
    """Add these fields to every later line of this task and the tasks it starts; None is none."""
    given = {key: value for key, value in fields.items() if value is not None}
    _bound.set({**_bound.get(), **given})


def get_logger() -> structlog.stdlib.BoundLogger:
    """A logger; `logger.info("case_registered", case_id=...)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger


def where(trace_: TracebackType | None) -> str:
    """The calls that led to an exception, innermost first: `handlers.py:41:close_case<...`."""
    frames = traceback.extract_tb(trace_)[-8:]
    return "<".join(f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in reversed(frames))


def fault(error: BaseException) -> dict[str, str]:
    """What may be logged about an exception: its type and place, and those of its cause."""
    fields = {"error": type(error).__qualname__, "where": where(error.__traceback__)}
    cause = error.__cause__ or error.__context__
    if cause is not None:
        fields["of"] = f"{type(cause).__qualname__}@{where(cause.__traceback__)}"[:300]
    return fields


def configure(
    *,
    level: str = "INFO",
    console: bool = False,
    stream: TextIO | None = None,
    allowed: Iterable[str] = (),
) -> None:
    """Set up logging of the process: JSON lines, or coloured lines for a console.

    Log lines of libraries go the same way, by logger name, place and message template only.
    """
    redact = Redaction(ALLOWED_FIELDS | frozenset(allowed))
    last: Any = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
            _add_bound,
            _exception_by_place,
            redact,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", Lossy(stream or sys.stderr))),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[LibraryLogs()], level=logging.WARNING, force=True)


class Lossy(io.TextIOBase):
    """A stream whose failing writes lose log lines and nothing else.

    A log on a full disk must not end the thread that wanted to say so.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0
        """Writes that failed so far."""

    def write(self, text: str) -> int:
        """Write, or lose it."""
        with self._losing():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or leave it for the next time."""
        with self._losing():
            self._stream.flush()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            self.lost += 1


def _add_bound(_: object, __: str, event: Event) -> Event:
    for key, value in _bound.get().items():
        event.setdefault(key, value)
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event.setdefault("trace_id", f"{span.trace_id:032x}")
        event.setdefault("span_id", f"{span.span_id:016x}")
    return event


def _exception_by_place(_: object, __: str, event: Event) -> Event:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event.update(fault(error))
    return event


class Redaction:
    """The processor that lets through the allow-list only, and counts what it dropped."""

    _own = frozenset({"event", "level", "timestamp"})

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed | self._own

    def __call__(self, _: object, __: str, event: Event) -> Event:
        """Drop every field that is not allowed; replace every value that is no id or code."""
        kept: Event = {key: _plain(value) for key, value in event.items() if key in self._allowed}
        if not _EVENT.fullmatch(str(event.get("event", ""))):
            kept["event"] = "unnamed_event"
        dropped = len(event) - len(kept)
        return {**kept, "redacted": dropped} if dropped else kept


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, UUID | datetime | date | timedelta | Path):
        return str(value)
    if isinstance(value, str):
        return "redacted" if _SECRET.search(value) or not _SAFE.fullmatch(value) else value
    return _plain_parts(value)


def _plain_parts(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items() if _SAFE.fullmatch(str(key))}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return "redacted"


class LibraryLogs(logging.Handler):
    """Passes the log records of libraries on without their values."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log who said it, where, and the type of the error that came along."""
        fields: dict[str, object] = {
            "logger": record.name,
            "location": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1] is not None:
            fields |= fault(record.exc_info[1])
        log = get_logger()
        log.log(max(record.levelno, logging.DEBUG), "library_log", **fields)
