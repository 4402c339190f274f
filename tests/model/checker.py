"""A small explicit-state model checker.

Two questions are asked of a model. *Safety*: breadth-first search over every reachable state, so
that the trace to a violation is a shortest one. *Recoverability*: from every reachable state, lose
all that is in flight; then by system steps alone (retries, sweeps, answers; nobody's decision) a
settled state must still be reachable. This finds cases that are stuck or without a holder.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)


class Step(NamedTuple, Generic[S]):
    """One atomic step: a local transaction, or something the surroundings do."""

    label: str
    state: S
    by_system: bool  # retries and sweeps make it happen without anybody's decision


class Model(Protocol[S]):
    """What the checker needs to know of a model."""

    @property
    def name(self) -> str:
        """Say which part of the protocol this is."""

    @property
    def bounds(self) -> object:
        """Say (as a string) how far the search goes."""

    def initial(self) -> Iterable[S]:
        """Give the states in which a run may begin."""

    def steps(self, state: S) -> Iterator[Step[S]]:
        """Give every step possible in `state`."""

    def violation(self, state: S) -> str | None:
        """Say what is wrong with `state`, None when nothing is."""

    def settled(self, state: S) -> bool:
        """Tell whether nothing is open any more and exactly one unit holds the case."""

    def without_messages(self, state: S) -> S:
        """Drop what is in flight; what the databases still owe may be sent again."""


class Outcome(StrEnum):
    """What a search can end with. Only HOLDS is a success."""

    HOLDS = "holds"
    VIOLATED = "violated"  # a reachable state breaks the invariant
    STUCK = "stuck"  # a reachable state from which the system cannot recover
    INCOMPLETE = "incomplete"  # the limit of states was reached: nothing is proven


@dataclass(frozen=True)
class Verdict:
    """The end of a search; `trace` is a shortest path to what went wrong."""

    name: str
    outcome: Outcome
    states: int
    seconds: float
    reason: str = ""
    trace: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True when every reachable state is safe and can recover."""
        return self.outcome is Outcome.HOLDS

    def __str__(self) -> str:
        """Name the outcome, then the trace one step a line."""
        lines = [f"{self.name}: {self.outcome} ({self.states} states) {self.reason}".rstrip()]
        return "\n".join([*lines, *(f"  {n}. {label}" for n, label in enumerate(self.trace, 1))])


class _Search(Generic[S]):
    """The breadth-first search of one model, with the way back to the beginning."""

    def __init__(self, model: Model[S], limit: int) -> None:
        self.model = model
        self.limit = limit
        self.came_from: dict[S, tuple[str, S] | None] = {}
        self.started = time.perf_counter()

    def verdict(self, outcome: Outcome, reason: str = "", at: S | None = None) -> Verdict:
        trace = () if at is None else self.trace(at)
        seconds = time.perf_counter() - self.started
        return Verdict(self.model.name, outcome, len(self.came_from), seconds, reason, trace)

    def trace(self, state: S) -> tuple[str, ...]:
        labels = []
        while (origin := self.came_from[state]) is not None:
            label, state = origin
            labels.append(label)
        return tuple(reversed(labels))

    def explore(self) -> Verdict | None:
        """Visit every reachable state; a verdict only when something is wrong."""
        waiting: deque[S] = deque()
        for state in self.model.initial():
            self.came_from[state] = None
            waiting.append(state)
        while waiting:
            state = waiting.popleft()
            if reason := self.model.violation(state):
                return self.verdict(Outcome.VIOLATED, reason, state)
            if len(self.came_from) > self.limit:
                return self.verdict(Outcome.INCOMPLETE, f"more than {self.limit} states")
            for step in self.model.steps(state):
                if step.state not in self.came_from:
                    self.came_from[step.state] = (step.label, state)
                    waiting.append(step.state)
        return None

    def recover(self) -> Verdict:
        """Check that every state found can recover after losing its messages."""
        able: set[S] = set()
        for state in self.came_from:
            way = _way_to_settle(self.model, self.model.without_messages(state), able)
            if way is None:
                reason = "cannot recover after losing what was in flight"
                return self.verdict(Outcome.STUCK, reason, state)
            able.update(way)
        return self.verdict(Outcome.HOLDS)


def _way_to_settle(model: Model[S], start: S, able: set[S]) -> list[S] | None:
    """Find system steps from `start` to a settled state, or to one known to be able to settle.

    Depth first, since letters only add up; None when every way has been tried in vain.
    """
    came_from: dict[S, S | None] = {start: None}
    waiting = [start]
    while waiting:
        state = waiting.pop()
        if state in able or model.settled(state):
            return _chain(came_from, state)
        for step in model.steps(state):
            if step.by_system and step.state not in came_from:
                came_from[step.state] = state
                waiting.append(step.state)
    return None


def _chain(came_from: dict[S, S | None], last: S) -> list[S]:
    chain = [last]
    while (earlier := came_from[chain[-1]]) is not None:
        chain.append(earlier)
    return chain


def check(model: Model[S], limit: int = 3_000_000) -> Verdict:
    """Search the whole model: safety first, then recoverability from every state."""
    search = _Search(model, limit)
    return search.explore() or search.recover()
