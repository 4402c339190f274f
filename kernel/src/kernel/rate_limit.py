"""Token buckets, one per key, in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable


class RateLimit:
    """Lets `per_second` calls a second through for each key, and `burst` at once.

    At most `max_keys` keys are remembered; the one longest unused is forgotten first, which gives
    it a full bucket again. `monotonic` tells seconds.
    """

    def __init__(
        self,
        per_second: float,
        burst: int,
        *,
        max_keys: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if per_second <= 0 or burst < 1 or max_keys < 1:
            raise ValueError("a rate limit needs a positive rate, burst and number of keys")
        self._per_second = per_second
        self._burst = float(burst)
        self._max_keys = max_keys
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @classmethod
    def per_minute(
        cls, calls: int, *, replicas: int = 1, monotonic: Callable[[], float] = time.monotonic
    ) -> "RateLimit":
        """So many calls a minute, all of them at once if need be.

        Of several replicas each lets its share through, one call at least, so that together they
        never let more through than one alone.
        """
        return cls(calls / replicas / 60, max(1, calls // replicas), monotonic=monotonic)

    def take(self, key: str) -> float:
        """Take one token. 0 when there was one, else the seconds until there is."""
        now = self._monotonic()
        tokens, since = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._buckets[key] = (tokens - 1 if wait == 0 else tokens, now)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._buckets)
