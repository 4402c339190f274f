"""What a child node sends, read with care: a malformed field is refused by name."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.errors import FieldViolation, InvalidInput
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from routing.convert import exchange
from routing.domain.parcel import ROUTING_PART, Parcel
from routing.handlers.lost import Known

A = TypeVar("A")
B = TypeVar("B")
MALFORMED = "MALFORMED"


def id_of(text: str, field: str) -> UUID:
    """An id. Raises InvalidInput."""
    return one(UUID, text, field)


def instant(message: Timestamp, field: str) -> datetime:
    """An instant. Raises InvalidInput."""
    return one(lambda given: given.ToDatetime(tzinfo=UTC), message, field)


def each(read: Callable[[A], B], given: Iterable[A], field: str) -> list[B]:
    """Every one of a list. Raises InvalidInput naming the first that cannot be read."""
    return [one(read, item, f"{field}[{number}]") for number, item in enumerate(given)]


def one(read: Callable[[A], B], given: A, field: str) -> B:
    """Read one thing. Raises InvalidInput."""
    try:
        return read(given)
    except (ValueError, KeyError, OverflowError):
        raise InvalidInput(FieldViolation(field, MALFORMED)) from None


def parcel(message: pb.Parcel) -> Parcel:
    """A parcel with a log and routing's own part. Raises InvalidInput."""
    read = one(exchange.parcel_in, message, "parcel")
    if not read.log:
        raise InvalidInput(FieldViolation("parcel.log", MALFORMED))
    own = [part for part in read.parts if part.service == ROUTING_PART]
    if len(own) != 1 or not _is_dump(own[0].content):
        raise InvalidInput(FieldViolation("parcel.parts", MALFORMED))
    return read


def known(request: pb.ReconcileCustodyRequest) -> Known | None:
    """The cases a restored child still knows; None when it does not say. Raises InvalidInput."""
    told = request.known
    if not request.HasField("known") or not told.HasField("since"):
        return None
    since = instant(told.since, "known.since")
    return Known(frozenset(each(UUID, told.case_ids, "known.case_ids")), since)


def _is_dump(content: bytes) -> bool:
    try:
        came = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return False
    return isinstance(came, dict) and {"case", "tables"} <= came.keys()
