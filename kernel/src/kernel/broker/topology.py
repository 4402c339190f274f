"""Streams and durables as we want them, compared with what the server really has.

The server applies some changes, refuses others and takes a few in silence, so each declaration is
read back: after `ensure` the real configuration is the wanted one, or the process does not start.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NotFoundError

DAY = 86_400.0
UNLIMITED = -1

log = structlog.get_logger(__name__)


class ConfigMismatch(RuntimeError):
    """The server holds a stream or durable that cannot be changed into the wanted one."""

    def __init__(self, what: str, field: str, wanted: object, real: object) -> None:
        super().__init__(f"{what}: {field} is {real!r}, wanted {wanted!r}; remove it by hand")
        self.field = field


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: a bounded cache on disk; ages and windows in seconds, sizes in bytes."""

    name: str
    subjects: tuple[str, ...]
    max_bytes: int = 256 << 20
    max_age: float = 7 * DAY
    duplicate_window: float = 120.0
    replicas: int = 1

    def fixed(self) -> dict[str, Any]:
        """What the server never changes on a stream that exists."""
        return {"retention": RetentionPolicy.LIMITS, "storage": StorageType.FILE}

    def changeable(self) -> dict[str, Any]:
        """What an update brings about."""
        return {
            "subjects": list(self.subjects),
            "discard": DiscardPolicy.OLD,
            "max_bytes": self.max_bytes,
            "max_age": self.max_age,
            "duplicate_window": self.duplicate_window,
            "num_replicas": self.replicas,
        }


@dataclass(frozen=True, slots=True)
class Consumer:
    """A durable pull consumer. A message is offered for ever: giving up is decided in the inbox."""

    stream: str
    durable: str
    subjects: tuple[str, ...]
    ack_wait: float = 30.0
    max_ack_pending: int = 2_000

    def fixed(self) -> dict[str, Any]:
        """What the server refuses to change (error 10012)."""
        return {"deliver_policy": DeliverPolicy.ALL, "ack_policy": AckPolicy.EXPLICIT}

    def changeable(self) -> dict[str, Any]:
        """What an update brings about; a new filter is taken by the server without a word."""
        return {
            "ack_wait": self.ack_wait,
            "max_deliver": UNLIMITED,
            "max_ack_pending": self.max_ack_pending,
            "filter_subjects": list(self.subjects),
        }


Declared = Stream | Consumer


async def ensure(js: JetStreamContext, wanted: Declared) -> None:
    """Make the server hold exactly `wanted`. Raises `ConfigMismatch` where it cannot."""
    real = await _read(js, wanted)
    if real is None:
        await _create(js, wanted)
    else:
        _refuse_difference(wanted, wanted.fixed(), real)
        if changed := _differences(wanted.changeable(), real):
            log.warning("broker_config_changed", what=_title(wanted), fields=sorted(changed))
            await _update(js, wanted, real)
    now = await _read(js, wanted)
    if now is not None:
        _refuse_difference(wanted, wanted.fixed() | wanted.changeable(), now)


async def _read(js: JetStreamContext, wanted: Declared) -> StreamConfig | ConsumerConfig | None:
    try:
        if isinstance(wanted, Stream):
            return (await js.stream_info(wanted.name)).config
        info = await js.consumer_info(wanted.stream, wanted.durable)
    except NotFoundError:
        return None
    config: ConsumerConfig | None = info.config
    return config


async def _create(js: JetStreamContext, wanted: Declared) -> None:
    if isinstance(wanted, Stream):
        await js.add_stream(StreamConfig(name=wanted.name, **wanted.fixed(), **wanted.changeable()))
    else:
        await _put_consumer(js, wanted)


async def _update(
    js: JetStreamContext, wanted: Declared, real: StreamConfig | ConsumerConfig
) -> None:
    try:
        if isinstance(wanted, Stream) and isinstance(real, StreamConfig):
            await js.update_stream(real.evolve(**wanted.changeable()))
        elif isinstance(wanted, Consumer):
            await _put_consumer(js, wanted)
    except APIError as refused:
        raise ConfigMismatch(
            _title(wanted), "configuration", wanted.changeable(), refused.description
        ) from refused


async def _put_consumer(js: JetStreamContext, wanted: Consumer) -> None:
    fields = wanted.fixed() | wanted.changeable()
    if len(wanted.subjects) == 1:  # then it stands in the subject of the call: may be permitted
        fields["filter_subject"] = fields.pop("filter_subjects")[0]
    config = ConsumerConfig(durable_name=wanted.durable, name=wanted.durable, **fields)
    await js.add_consumer(wanted.stream, config)


def _differences(wanted: dict[str, Any], real: StreamConfig | ConsumerConfig) -> set[str]:
    return {field for field, value in wanted.items() if _real(real, field) != value}


def _real(config: StreamConfig | ConsumerConfig, field: str) -> object:
    """The field as we write it: one filter comes back in the singular field."""
    if field == "filter_subjects" and isinstance(config, ConsumerConfig):
        return config.filter_subjects or ([config.filter_subject] if config.filter_subject else [])
    value: object = getattr(config, field)
    return value


def _refuse_difference(
    wanted: Declared, fields: dict[str, Any], real: StreamConfig | ConsumerConfig
) -> None:
    for field in sorted(_differences(fields, real)):
        raise ConfigMismatch(_title(wanted), field, fields[field], _real(real, field))


def _title(wanted: Declared) -> str:
    if isinstance(wanted, Stream):
        return f"stream {wanted.name}"
    return f"durable {wanted.durable} of {wanted.stream}"
