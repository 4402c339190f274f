"""Instants as they go out by protobuf."""

from datetime import UTC, datetime
from typing import overload

from google.protobuf.timestamp_pb2 import Timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400


@overload
def stamp(at: datetime) -> Timestamp: ...
@overload
def stamp(at: datetime | None) -> Timestamp | None: ...
def stamp(at: datetime | None) -> Timestamp | None:
    """The instant of an aware datetime, to the microsecond; None stays unset."""
    if at is None:
        return None
    since = at - EPOCH
    seconds = since.days * DAY_S + since.seconds
    return Timestamp(seconds=seconds, nanos=since.microseconds * 1000)
