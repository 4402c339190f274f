"""The time of the system: one protocol, so that every rule can be tried at any instant."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone whose midnight ends a day of a legal period (民法典 203)."""


class Clock(Protocol):
    """Tells the present instant. Handlers are given an instant, never a clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)
