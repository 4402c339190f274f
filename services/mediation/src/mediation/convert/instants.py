"""Instants as they go out."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp


def stamp(at: datetime | None) -> Timestamp | None:
    """An instant; None stays unset."""
    if at is None:
        return None
    moment = Timestamp()
    moment.FromDatetime(at.astimezone(UTC))
    return moment
