"""Messages of the protocol as plain JSON values: words for enums, ISO for times, stable names."""

import base64
from datetime import UTC, datetime
from typing import Any

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from lianxin.cli.errors import BadInput
from lianxin.cli.words import code_of, codes, word


def plain(message: Message) -> dict[str, Any]:
    """Every field by its name in the protocol; one that is not set is null, "" or empty."""
    return {field.name: _value(message, field) for field in message.DESCRIPTOR.fields}


def _value(message: Message, field: Any) -> Any:
    value = getattr(message, field.name)
    if _is_map(field):
        return dict(value)
    if field.is_repeated:
        return [_one(item, field) for item in value]
    if field.has_presence and not message.HasField(field.name):
        return None
    return _one(value, field)


def _is_map(field: Any) -> bool:
    kind = field.message_type
    return kind is not None and bool(kind.GetOptions().map_entry)


def _one(value: Any, field: Any) -> Any:
    if isinstance(value, Timestamp):
        return iso(value)
    if isinstance(value, Message):
        return plain(value)
    if field.enum_type is not None:
        return enum_code(field.enum_type, value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def iso(stamp: Timestamp) -> str:
    """An instant as ISO text, UTC."""
    return stamp.ToDatetime(tzinfo=UTC).isoformat()


def stamp(instant: datetime) -> Timestamp:
    """An instant for the wire."""
    made = Timestamp()
    made.FromDatetime(instant)
    return made


def enum_code(kind: EnumDescriptor, number: int) -> str:
    """`CHANNEL_MEETING_DAY` as `meeting_day`; unspecified as ""."""
    value = kind.values_by_number.get(number)
    if value is None or number == 0:
        return ""
    return str(value.name).removeprefix(_prefix(kind)).lower()


def enum_number(kind: EnumDescriptor, said: str, field: str) -> Any:
    """The number of a word in any of our languages; 0 for "".

    Raises:
        BadInput: naming the field and the words there are.
    """
    if not said:
        return 0
    group = _group(kind)
    code = code_of(group, said) or said.lower().replace("-", "_")
    value = kind.values_by_name.get(_prefix(kind) + code.upper())
    if value is None or value.number == 0:
        raise BadInput("WORD_UNKNOWN", field=field, value=said, words=_choices(kind, group))
    return value.number


def checked_code(group: str, said: str, field: str) -> str:
    """A code of ours from a word in any of our languages; "" stays "".

    Raises:
        BadInput: naming the field and the words there are.
    """
    if not said:
        return ""
    code = code_of(group, said)
    if code is None:
        words = ", ".join(f"{one} ({word(group, one)})" for one in codes(group))
        raise BadInput("WORD_UNKNOWN", field=field, value=said, words=words)
    return code


def _choices(kind: EnumDescriptor, group: str) -> str:
    found = [enum_code(kind, value.number) for value in kind.values if value.number]
    return ", ".join(f"{code} ({word(group, code)})" for code in found)


def _prefix(kind: EnumDescriptor) -> str:
    """`CHANNEL_` of `CHANNEL_UNSPECIFIED`."""
    return str(kind.values_by_number[0].name).removesuffix("UNSPECIFIED")


def _group(kind: EnumDescriptor) -> str:
    """The words of an enum in the catalogue: `ProgressClass` → progress."""
    named = {"progress_class": "progress", "identity_mode": "identity", "ending_kind": "ending"}
    prefix = _prefix(kind).strip("_").lower()
    return named.get(prefix, prefix)
