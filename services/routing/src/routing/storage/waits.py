"""Work that waits for its next try, when the clock may be set in between."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, or_

LONGEST = timedelta(minutes=10)
"""More than any wait between two tries: a later instant was noted before the clock went back."""


def is_over(again_at: Column[Any], now: datetime) -> ColumnElement[bool]:
    """Whether the next try is due; one that a clock set back has moved far ahead is due as well."""
    return or_(again_at <= now, again_at > now + LONGEST)
