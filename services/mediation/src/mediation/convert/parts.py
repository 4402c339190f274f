"""The bytes of a part: JSON whose values get their kind back from the column they go into."""

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from kernel.holding import PartUnreadable
from mediation.domain.part import FORMAT, Part
from mediation.storage.portable import PORTABLE, PortableTable

READERS: Mapping[type[Any], Callable[[Any], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: base64.b64decode,
}


def part_bytes(part: Part) -> bytes:
    """The part as it travels."""
    return msgspec.json.encode({"tables": part.rows})


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
        tables = msgspec.json.decode(data)["tables"]
        rows = {
            table.name: tuple(_row(table, row) for row in tables.get(table.name, ()))
            for table in PORTABLE
        }
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise PartUnreadable from error
    if not rows[PORTABLE[0].name]:
        raise PartUnreadable
    return Part(rows)


def _row(table: PortableTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns this version knows; a newer sender may know more."""
    return {
        name: _value(table.columns[name].type.python_type, value)
        for name, value in row.items()
        if name in table.columns
    }


def _value(kind: type[Any], value: Any) -> Any:
    return value if value is None or kind not in READERS else READERS[kind](value)
