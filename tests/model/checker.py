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
        after_loss = {state: self.model.without_messages(state) for state in self.came_from}
        recovering = _able_to_settle(self.model, after_loss.values())
        for state, lost in after_loss.items():
            if lost not in recovering:
                reason = "cannot recover after losing what was in flight"
                return self.verdict(Outcome.STUCK, reason, state)
        return self.verdict(Outcome.HOLDS)


def _able_to_settle(model: Model[S], starts: Iterable[S]) -> set[S]:
    """Collect the states, reachable from `starts` by system steps, that can reach a settled one."""
    before: dict[S, list[S]] = {start: [] for start in starts}
    waiting = list(before)
    while waiting:
        state = waiting.pop()
        for step in model.steps(state):
            if not step.by_system:
                continue
            if step.state not in before:
                before[step.state] = []
                waiting.append(step.state)
            before[step.state].append(state)
    able = {state for state in before if model.settled(state)}
    waiting = list(able)
    while waiting:
        for earlier in before[waiting.pop()]:
            if earlier not in able:
                able.add(earlier)
                waiting.append(earlier)
    return able


def check(model: Model[S], limit: int = 3_000_000) -> Verdict:
    """Search the whole model: safety first, then recoverability from every state."""
    search = _Search(model, limit)
    return search.explore() or search.recover()
