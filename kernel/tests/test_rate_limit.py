import pytest

from kernel.rate_limit import RateLimit


class Seconds:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The seconds now."""
        return self.now


def test_burst_then_rate() -> None:
    """A burst passes at once, then one call for each refilled token, with the wait told."""
    seconds = Seconds()
    limit = RateLimit(0.5, burst=3, monotonic=seconds)
    assert [limit.take("a") for _ in range(4)] == [0, 0, 0, 2]
    seconds.now = 1.0
    assert limit.take("a") == pytest.approx(1.0)
    seconds.now = 2.0
    assert limit.take("a") == 0


def test_keys_do_not_share() -> None:
    """One key's calls take nothing from another's."""
    limit = RateLimit(1, burst=1, monotonic=Seconds())
    assert limit.take("a") == 0
    assert limit.take("b") == 0
    assert limit.take("a") > 0


def test_a_full_bucket_holds_no_more() -> None:
    """However long a key was silent, it gets one burst."""
    seconds = Seconds()
    limit = RateLimit.per_minute(2, monotonic=seconds)
    limit.take("a")
    seconds.now = 86400.0
    assert [limit.take("a") == 0 for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(("calls", "replicas"), [(60, 1), (60, 3), (10, 4), (2, 5)])
def test_replicas_share_a_limit(calls: int, replicas: int) -> None:
    """Together they let no more through than one, in an hour as at once; each lets one through."""
    seconds = Seconds()
    one = RateLimit.per_minute(calls, replicas=replicas, monotonic=seconds)
    at_once = [one.take("a") for _ in range(calls + 1)].count(0)
    assert at_once == max(1, calls // replicas)
    assert at_once * replicas <= max(calls, replicas)
    minutes = 60
    later = 0
    for _ in range(minutes * calls):
        seconds.now += 60 / calls
        later += one.take("a") == 0
    assert later * replicas <= calls * minutes + replicas


def test_memory_is_bounded() -> None:
    """A flood of keys leaves as many buckets as were allowed, the latest ones."""
    limit = RateLimit(1, burst=1, max_keys=100, monotonic=Seconds())
    for number in range(1000):
        limit.take(str(number))
    assert len(limit) == 100
    assert limit.take("999") > 0


@pytest.mark.parametrize("rate,burst,keys", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_senseless_limits_are_refused(rate: float, burst: int, keys: int) -> None:
    """A limit that lets nothing through, or remembers nobody, is a mistake."""
    with pytest.raises(ValueError, match="rate limit"):
        RateLimit(rate, burst, max_keys=keys)
