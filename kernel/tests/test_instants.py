"""An instant goes out and comes back to the microsecond."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from kernel.instants import EPOCH, stamp

AGES = timedelta(days=365 * 70)


@given(st.timedeltas(-AGES, AGES))
def test_an_instant_comes_back_as_it_was(since: timedelta) -> None:
    """Before 1970 too, and whatever zone it was written in."""
    at: datetime = EPOCH + since
    assert stamp(at).ToDatetime(UTC) == at
    assert stamp(at.astimezone(SHANGHAI)) == stamp(at)


def test_no_instant_stays_unset() -> None:
    """A field that has none is left out."""
    assert stamp(None) is None
