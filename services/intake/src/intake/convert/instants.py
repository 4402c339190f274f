"""Instants of the protocol, which may lie outside what a datetime can hold."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def instant(message: Timestamp) -> datetime | None:
    """The instant in UTC; None when it is none that can be, such as year 0 or 30,000."""
    try:
        read = message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return read if read >= EARLIEST else None


def text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as facts carry it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
