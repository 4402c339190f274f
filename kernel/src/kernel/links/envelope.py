"""A numbered event as it travels: CloudEvents attributes as NATS headers, the body as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

MSG_ID = "Nats-Msg-Id"


class Malformed(ValueError):
    """What arrived is no event of ours; it can only be dropped and counted."""


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """An event under its number on a link. `origin` is `<node>/<service>`, `at` when it happened.

    Nothing in it is personal data: ids, codes, states and times only.
    """

    origin: str
    incarnation: int
    no: int
    event_id: UUID
    type: str
    subject: str
    case_id: UUID | None
    body: bytes
    traceparent: str
    at: datetime


def of_row(origin: str, row: RowMapping | Mapping[str, Any]) -> LinkMessage:
    """The message of a numbered outbox row."""
    return LinkMessage(
        origin=origin,
        incarnation=row["incarnation"],
        no=row["link_no"],
        event_id=row["event_id"],
        type=row["type"],
        subject=row["subject"],
        case_id=row["case_id"],
        body=bytes(row["body"]),
        traceparent=row["traceparent"] or "",
        at=row["at"],
    )


def headers_of(message: LinkMessage, repeat: str = "") -> dict[str, str]:
    """The headers it travels with. `repeat` makes the stream take it once more.

    So does a new incarnation: its kept events must not be taken for repeats of the old numbers.
    """
    event_id = str(message.event_id)
    life = f":i{message.incarnation}" if message.incarnation > 1 else ""
    headers = {
        MSG_ID: f"{event_id}{life}:r{repeat}" if repeat else f"{event_id}{life}",
        "ce-specversion": "1.0",
        "ce-id": event_id,
        "ce-source": message.origin,
        "ce-type": message.type,
        "ce-time": message.at.isoformat(),
        "lx-incarnation": str(message.incarnation),
        "lx-link-no": str(message.no),
    }
    if message.case_id is not None:
        headers["ce-subject"] = str(message.case_id)
    if message.traceparent:
        headers["traceparent"] = message.traceparent
    return headers


def read(subject: str, headers: Mapping[str, str] | None, body: bytes) -> LinkMessage:
    """The message that arrived under `subject`, its link's prefix taken off.

    Raises `Malformed` for what no relay of ours has sent; the text repeats nothing of it.
    """
    found = headers or {}
    try:
        return LinkMessage(
            origin=_origin(found["ce-source"]),
            incarnation=_positive(found["lx-incarnation"]),
            no=_positive(found["lx-link-no"]),
            event_id=UUID(found["ce-id"]),
            type=found["ce-type"],
            subject=subject,
            case_id=UUID(found["ce-subject"]) if "ce-subject" in found else None,
            body=body,
            traceparent=found.get("traceparent", ""),
            at=_aware(found["ce-time"]),
        )
    except KeyError as missing:
        raise Malformed(f"no header {missing}") from None
    except ValueError:
        raise Malformed("a header has a wrong form") from None


def _origin(text: str) -> str:
    node, slash, service = text.partition("/")
    if not (node and slash and service):
        raise ValueError
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at
