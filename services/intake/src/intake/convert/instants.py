"""Instants of the protocol, which may lie outside what a datetime can hold."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400


def instant(message: Timestamp) -> datetime | None:
    """The instant in UTC; None when it is none that can be, such as year 0 or 30,000."""
    try:
        read = message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return read if read >= EARLIEST else None


def stamp(at: datetime | None) -> Timestamp | None:
    """The instant on the wire; None stays unset."""
    if at is None:
        return None
    since = at - EPOCH
    seconds = since.days * DAY_S + since.seconds
    return Timestamp(seconds=seconds, nanos=since.microseconds * 1000)


def text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as facts carry it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
