"""Enum values as the lower-case words that databases, logs and profiles use, both ways."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.common.v1 import case_pb2 as common

PREFIX = {
    "Channel": "CHANNEL_",
    "Procedure": "PROCEDURE_",
    "Purpose": "PURPOSE_",
    "Difficulty": "DIFFICULTY_",
    "Colour": "COLOUR_",
    "ProgressClass": "PROGRESS_CLASS_",
    "IdentityMode": "IDENTITY_MODE_",
    "EndingKind": "ENDING_KIND_",
    "Tier": "TIER_",
}


def word(enum: Any, value: int) -> str:
    """The word of an enum value; empty for unspecified and for a value of a newer version."""
    if value == 0 or value not in enum.values():
        return ""
    return str(enum.Name(value)).removeprefix(PREFIX[enum.DESCRIPTOR.name]).lower()


def value(enum: Any, text: str) -> Any:
    """The enum value of a word; unspecified for the empty word. Raises ValueError for another."""
    return enum.Value(f"{PREFIX[enum.DESCRIPTOR.name]}{text.upper() or 'UNSPECIFIED'}")


def colour(text: str) -> common.Colour.ValueType:
    """Risk colour."""
    found: common.Colour.ValueType = value(common.Colour, text)
    return found


def progress(text: str) -> common.ProgressClass.ValueType:
    """Progress class."""
    found: common.ProgressClass.ValueType = value(common.ProgressClass, text)
    return found


def difficulty(text: str) -> common.Difficulty.ValueType:
    """Difficulty."""
    found: common.Difficulty.ValueType = value(common.Difficulty, text)
    return found


def procedure(text: str) -> common.Procedure.ValueType:
    """Procedure."""
    found: common.Procedure.ValueType = value(common.Procedure, text)
    return found


def ending(text: str) -> common.EndingKind.ValueType:
    """Ending kind."""
    found: common.EndingKind.ValueType = value(common.EndingKind, text)
    return found


def due_day(due_at: datetime) -> str:
    """The last day of a clock that ends at this instant (24:00 of that day), ISO."""
    return (due_at.astimezone(SHANGHAI) - timedelta(seconds=1)).date().isoformat()


def due_end(day: str) -> datetime | None:
    """24:00 of the last day, Asia/Shanghai; None for an empty day."""
    if not day:
        return None
    midnight = datetime.combine(datetime.fromisoformat(day).date(), time(), tzinfo=SHANGHAI)
    return midnight + timedelta(days=1)
