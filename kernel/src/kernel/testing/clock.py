"""A clock for tests: it stands still until it is told to move."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A settable `kernel.clock.Clock`. It may be moved back as well, as real clocks are."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = _utc(now or datetime(2026, 11, 2, 1, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """The instant last set, aware, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Stand at `now`. Raises ValueError when it has no time zone."""
        self._now = _utc(now)

    def advance(self, by: timedelta) -> datetime:
        """Move by `by`, which may be negative, and answer the new instant."""
        self._now += by
        return self._now


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a clock needs an instant with a time zone")
    return instant.astimezone(UTC)
