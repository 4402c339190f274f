"""Facts of a service on their way to routing while the log is being sealed (handover section 2).

Every fact that a service committed before it released belongs into the sealed log, and none may be
committed at that epoch afterwards, also not by a service that had no part of the case yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .checker import Step
from .oracle import Custody


class State(NamedTuple):
    """Routing's custody row and log, the service's rows, and the grant on its way."""

    custody: Custody
    applied: int  # facts of the service in routing's log
    announced: int | None  # last fact number that RELEASED named
    facts: int  # committed by the service
    granted: bool
    locked: bool


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    seal_waits_for_facts: bool = True
    locks_without_a_part: bool = True


@dataclass(frozen=True)
class SealingModel:
    """One service commits facts, receives its grant late, releases; routing seals."""

    facts: int
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "sealing"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"1 service, {self.facts} facts"

    def initial(self) -> Iterator[State]:
        """Begin held, the service's grant still on its way."""
        yield State(Custody.HELD, 0, None, 0, granted=False, locked=False)

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give the steps of the service and of routing."""
        yield from self._service(state)
        if state.applied < state.facts:
            applied = state._replace(applied=state.applied + 1)
            yield Step(f"fact {applied.applied} reaches routing", applied, by_system=True)
        if state.custody is Custody.HELD:
            releasing = state._replace(custody=Custody.RELEASING)
            yield Step("routing begins a hand-over", releasing, by_system=False)
        if state.custody is Custody.RELEASING and state.announced is not None:
            complete = state.applied >= state.announced
            if complete or not self.repairs.seal_waits_for_facts:
                label = f"routing seals with {state.applied} facts, OFFERED"
                yield Step(label, state._replace(custody=Custody.OUT), by_system=True)

    def _service(self, state: State) -> Iterator[Step[State]]:
        if not state.granted:
            granted = state._replace(granted=True)
            yield Step("the grant reaches the service", granted, by_system=True)
        if state.granted and not state.locked and state.facts < self.facts:
            fact = state._replace(facts=state.facts + 1)
            yield Step(f"the service commits fact {fact.facts}", fact, by_system=False)
        if state.custody is Custody.RELEASING and state.announced is None:
            locked = state.granted or self.repairs.locks_without_a_part
            released = state._replace(locked=locked, announced=state.facts)
            label = f"the service answers RELEASED({state.facts})"
            yield Step(label, released, by_system=True)

    def violation(self, state: State) -> str | None:
        """The sealed log has every fact of its epoch, and stays that way."""
        if state.custody is not Custody.OUT:
            return None
        if state.facts > (state.announced or 0):
            return "a service wrote at the sealed epoch"
        if state.applied < state.facts:
            return "the sealed log lacks a fact committed before the release"
        return None

    def settled(self, state: State) -> bool:
        """Held or offered: never left releasing."""
        return state.custody is not Custody.RELEASING

    def without_messages(self, state: State) -> State:
        """Give the state itself: facts and answers are repeated from rows."""
        return state
