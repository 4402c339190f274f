"""The time of the system: one protocol, so that every rule can be tried at any instant."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone whose midnight ends a day of a legal period (民法典 203)."""


OFFSET = "LIANXIN_CLOCK_OFFSET_S"


class Clock(Protocol):
    """Tells the present instant. Handlers are given an instant, never a clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock.

    `LIANXIN_CLOCK_OFFSET_S` moves it by so many seconds: for drills and tests of a wrong clock.
    """

    def __init__(self) -> None:
        self._offset = timedelta(seconds=float(os.environ.get(OFFSET, "0")))

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset


@dataclass
class ClockOfAnother:
    """What the time is elsewhere: this machine's and how far the other is `ahead` of it."""

    clock: Clock
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The present instant there, aware, in UTC."""
        return self.clock.now() + self.ahead
