"""The pure rules of both ends of a link, tried with anything a courier may do to its messages."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from kernel.consumer.gaps import Gap
from kernel.consumer.position import NOTHING, Position, Verdict, judge
from kernel.relay.watermark import Watermark

HOUR = 3600.0
deliveries = st.lists(st.integers(min_value=1, max_value=12), max_size=80)


@dataclass
class Taker:
    """A receiver reduced to its rules: what it applied, and what it keeps for later."""

    cursor: Position = NOTHING
    applied: list[Position] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)

    def take(self, incarnation: int, no: int) -> None:
        """Do what the verdict says, then apply what follows."""
        judged = judge(self.cursor, incarnation, no)
        if judged.base != self.cursor and judged.verdict is not Verdict.OUTDATED:
            self.cursor, self.kept = judged.base, set()
        if judged.verdict is Verdict.EARLY:
            self.kept.add(no)
        if judged.verdict is Verdict.NEXT:
            self._apply(incarnation, no)
            while self.cursor.no + 1 in self.kept:
                self._apply(incarnation, self.cursor.no + 1)

    def _apply(self, incarnation: int, no: int) -> None:
        self.cursor = Position(incarnation, no)
        self.applied.append(self.cursor)
        self.kept.discard(no)


@given(deliveries)
def test_any_order_and_repeats_apply_each_number_once_in_order(numbers: list[int]) -> None:
    """However messages come, what is applied is 1, 2, 3 … without a gap or a repeat."""
    taker = Taker()
    for no in numbers:
        taker.take(1, no)
    arrived = set(numbers)
    upto = next(n for n in range(1, 14) if n not in arrived) - 1
    assert taker.applied == [(1, no) for no in range(1, upto + 1)]


@given(deliveries, st.integers(min_value=1, max_value=12))
def test_everything_arrives_once_the_missing_is_sent_again(numbers: list[int], head: int) -> None:
    """Sending again what the wishes name ends with every number applied."""
    taker, gap = Taker(), Gap("n/s")
    for no in (no for no in numbers if no <= head):
        taker.take(1, no)
        gap.moved(taker.cursor, 0.0)
        if no in taker.kept:
            gap.kept(1, no, 0.0)
    gap.heard(1, head, 0.0)
    rounds = 0
    while (wish := gap.missing()) is not None:
        for no in range(wish.from_no, wish.to_no + 1):
            taker.take(1, no)
        gap.moved(taker.cursor, 0.0)
        rounds += 1
        assert rounds <= head
    assert taker.cursor == (1, head)


@given(
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=3), st.integers(min_value=1, max_value=6)),
        max_size=60,
    )
)
def test_an_older_life_is_never_applied_after_a_newer_one(messages: list[tuple[int, int]]) -> None:
    """Once a newer incarnation has spoken, older numbers are refused; each starts from 1."""
    taker = Taker()
    for incarnation, no in messages:
        taker.take(incarnation, no)
    assert taker.applied == sorted(set(taker.applied))
    for incarnation in {position.incarnation for position in taker.applied}:
        numbers = [position.no for position in taker.applied if position.incarnation == incarnation]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_newer_life_waits_for_its_first_number() -> None:
    """A message of a new incarnation that is not its first is kept, and the old one is over."""
    judged = judge(Position(1, 40), 2, 3)
    assert (judged.verdict, judged.base) == (Verdict.EARLY, Position(2, 0))
    assert judge(Position(2, 0), 1, 41).verdict is Verdict.OUTDATED


@given(
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=30), st.integers(min_value=0, max_value=9)),
        max_size=20,
    ),
    st.integers(min_value=0, max_value=40),
)
def test_the_watermark_never_passes_a_number_nobody_stored(
    spans: list[tuple[int, int]], head: int
) -> None:
    """What counts as published is a prefix of what was acknowledged, whoever acknowledged it."""
    watermark, stored = Watermark(), set[int]()
    for first, length in spans:
        watermark.acknowledge(first, first + length)
        stored |= set(range(first, first + length + 1))
    assert watermark.upto == next(n for n in range(1, 50) if n not in stored) - 1
    hole = watermark.hole(head)
    unpublished = [n for n in range(1, head + 1) if n not in stored]
    if not unpublished:
        assert hole is None
    else:
        assert hole is not None
        assert hole[0] == unpublished[0]
        assert not stored & set(range(hole[0], hole[1] + 1))


def test_nobody_asks_while_messages_may_still_be_on_their_way() -> None:
    """A head ahead of the cursor is no reason to ask at once."""
    gap = Gap("n/s")
    gap.heard(1, 5, now=0.0)
    assert gap.due(0.1) is None
    wish = gap.due(1.0)
    assert wish is not None
    assert (wish.from_no, wish.to_no) == (1, 5)


def test_the_same_wish_comes_ever_less_often_and_never_ends() -> None:
    """An hour without an answer is some dozens of wishes, not thousands; and still one more."""
    gap = Gap("n/s")
    gap.heard(1, 5, now=0.0)
    asked = [now for now in range(int(HOUR)) if gap.due(float(now)) is not None]
    assert 60 < len(asked) < 300
    assert asked[-1] > HOUR - 60


def test_progress_makes_the_next_wish_quick_again() -> None:
    """When the sender answers, the rest is asked for soon."""
    gap = Gap("n/s")
    gap.heard(1, 100, now=0.0)
    for now in range(1, 600):
        gap.due(float(now))
    gap.moved(Position(1, 50), now=600.0)
    wish = gap.due(601.0)
    assert wish is not None
    assert wish.from_no == 51


def test_nothing_is_missing_when_the_cursor_is_at_the_head() -> None:
    """A closed gap asks for nothing."""
    gap = Gap("n/s")
    gap.heard(1, 3, now=0.0)
    gap.moved(Position(1, 3), now=0.1)
    assert (gap.missing(), gap.due(HOUR), gap.open) == (None, None, False)


def test_a_head_of_a_new_life_asks_from_its_first_number() -> None:
    """After the sender's restore the whole new numbering is wanted."""
    gap = Gap("n/s")
    gap.moved(Position(1, 40), now=0.0)
    gap.heard(2, 7, now=0.0)
    wish = gap.due(1.0)
    assert wish is not None
    assert (wish.incarnation, wish.from_no, wish.to_no) == (2, 1, 7)
