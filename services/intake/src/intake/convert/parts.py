"""The bytes of a part: JSON whose values keep their kind (instants, ids, bytes)."""

import base64
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from intake.domain.part import FORMAT, Part
from kernel.holding import PartUnreadable

_ROWS = ("parties", "requests", "attachments", "history", "links", "steps")
_LATER = ("callbacks", "calls", "evaluations", "invitations", "invited_words")
"""Rows that an older sender does not know of."""
_INSTANTS = frozenset(
    {
        "done_at",
        "received_at",
        "registered_at",
        "accepted_at",
        "ended_at",
        "found_at",
        "stored_at",
        "at",
        "invited_at",
        "answered_at",
        "noted_at",
        "starts_at",
        "ends_at",
    }
)
_IDS = frozenset({"party_id", "attachment_id", "other_id", "accepted_in", "merged_into"})
_BYTES = frozenset(
    {"sealed", "sealed_content", "sealed_answer", "sealed_name", "sealed_note", "code_hash"}
)
_DAYS = frozenset({"due_on", "on_day"})


def part_bytes(part: Part) -> bytes:
    """The part as it travels."""
    content = {
        "case": dict(part.case),
        "code_key": part.code_key,
        "terms": part.terms,
        **{name: [_portable(row) for row in getattr(part, name)] for name in _ROWS + _LATER},
    }
    return msgspec.json.encode(content)


def _portable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "case_id"}


def part_from(format_name: str, data: bytes) -> Part | None:
    """The part; None for an empty one.

    Raises:
        PartUnreadable: another format, or not well formed.
    """
    if not data:
        return None
    if format_name != FORMAT:
        raise PartUnreadable(format=format_name[:40])
    try:
        content = msgspec.json.decode(data)
        given = {name: content[name] for name in _ROWS}
        given |= {name: content.get(name, ()) for name in _LATER}
        rows = {name: tuple(map(_row, found)) for name, found in given.items()}
        return Part(
            case=_row(content["case"]),
            code_key=base64.b64decode(content["code_key"]),
            terms=tuple(map(str, content["terms"])),
            **rows,
        )
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise PartUnreadable from error


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    if name in _DAYS:
        return date.fromisoformat(value)
    if name in _IDS:
        return UUID(value)
    return base64.b64decode(value) if name in _BYTES else value
