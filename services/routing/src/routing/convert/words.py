"""Enum values as the lower-case words that databases, logs and profiles use, both ways."""

from datetime import datetime, time, timedelta
from typing import Any

from lianxin.common.v1 import case_pb2 as common

from kernel.clock import SHANGHAI

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


def colour(text: str) -> common.Colour:
    """Risk colour."""
    return common.Colour(value(common.Colour, text))


def progress(text: str) -> common.ProgressClass:
    """Progress class."""
    return common.ProgressClass(value(common.ProgressClass, text))


def difficulty(text: str) -> common.Difficulty:
    """Difficulty."""
    return common.Difficulty(value(common.Difficulty, text))


def procedure(text: str) -> common.Procedure:
    """Procedure."""
    return common.Procedure(value(common.Procedure, text))


def ending(text: str) -> common.EndingKind:
    """Ending kind."""
    return common.EndingKind(value(common.EndingKind, text))


def due_day(due_at: datetime) -> str:
    """The last day of a clock that ends at this instant (24:00 of that day), ISO."""
    return (due_at.astimezone(SHANGHAI) - timedelta(seconds=1)).date().isoformat()


def due_end(day: str) -> datetime | None:
    """24:00 of the last day, Asia/Shanghai; None for an empty day."""
    if not day:
        return None
    midnight = datetime.combine(datetime.fromisoformat(day).date(), time(), tzinfo=SHANGHAI)
    return midnight + timedelta(days=1)
