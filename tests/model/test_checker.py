"""The checker itself: shortest traces, stuck states, and no success without a complete search."""

from collections.abc import Iterator
from dataclasses import dataclass

from .checker import Outcome, Step, check


@dataclass(frozen=True)
class Staircase:
    """Climb by one or two from 0; a step may be forbidden, and a landing without a way out."""

    top: int
    forbidden: int = -1
    dead_end: int = -1
    name: str = "staircase"
    bounds: str = ""

    def initial(self) -> Iterator[int]:
        """Begin at the bottom."""
        yield 0

    def steps(self, state: int) -> Iterator[Step[int]]:
        """Climb; only single steps are the system's own."""
        if state == self.dead_end:
            return
        for size in (1, 2):
            if state + size <= self.top:
                yield Step(f"+{size}", state + size, by_system=size == 1)

    def violation(self, state: int) -> str | None:
        """Name the forbidden step."""
        return "forbidden" if state == self.forbidden else None

    def settled(self, state: int) -> bool:
        """Settle at the top."""
        return state == self.top

    def without_messages(self, state: int) -> int:
        """Nothing is in flight on a staircase."""
        return state


def test_every_state_is_visited_once() -> None:
    """A model without faults holds, and its states are counted once."""
    verdict = check(Staircase(top=10))
    assert verdict.holds
    assert verdict.states == 11


def test_trace_to_a_violation_is_a_shortest_one() -> None:
    """Breadth first: five is reached in three steps, not in five."""
    verdict = check(Staircase(top=10, forbidden=5))
    assert verdict.outcome is Outcome.VIOLATED
    assert len(verdict.trace) == 3
    assert "forbidden" in str(verdict)


def test_state_that_cannot_recover_is_stuck() -> None:
    """A landing without a way out is found though nothing forbids it."""
    verdict = check(Staircase(top=10, dead_end=4))
    assert verdict.outcome is Outcome.STUCK


def test_steps_that_need_a_person_do_not_recover() -> None:
    """Jumping over the dead end is somebody's decision, so the step before it is stuck as well."""
    verdict = check(Staircase(top=10, dead_end=4))
    assert verdict.trace == ()  # already the first state depends on that decision


def test_incomplete_search_is_no_success() -> None:
    """Reaching the limit of states proves nothing and does not hold."""
    verdict = check(Staircase(top=1000), limit=10)
    assert verdict.outcome is Outcome.INCOMPLETE
    assert not verdict.holds
