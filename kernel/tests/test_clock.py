"""Clocks: aware instants only, and a fake one that moves when told."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import SHANGHAI, Clock, SystemClock
from kernel.testing.clock import FakeClock


def test_the_system_clock_tells_utc() -> None:
    """Every instant is aware and in UTC."""
    now = SystemClock().now()
    assert now.tzinfo is UTC


def test_a_fake_clock_stands_still_and_moves_when_told() -> None:
    """It answers what was set, also after a step back."""
    clock = FakeClock(datetime(2026, 3, 10, 0, 0, tzinfo=SHANGHAI))
    told: Clock = clock
    assert told.now() == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert clock.advance(timedelta(hours=-1)) == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert told.now().year == 2027


def test_a_clock_refuses_an_instant_without_a_zone() -> None:
    """A naive instant could mean two days, so it is no time at all."""
    with pytest.raises(ValueError, match="time zone"):
        FakeClock(datetime(2026, 3, 10))  # noqa: DTZ001 (the naive instant is the case)
