"""A site moves from its old node to one of its own (handover section 4).

The directory's next version reaches the nodes one after another. Meanwhile a child V escalates a
case to the site, the old node may hold another state of it, and residents keep registering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .checker import Step
from .release import replaced

OLD, NEW, CHILD = range(3)
NAMES = ("the old node", "the new node", "V")


class Transfer(NamedTuple):
    """A hand-over row at its sender; the peer is pinned when the row is written."""

    epoch: int
    peer: int
    delivered: bool = False


class State(NamedTuple):
    """Directory versions, custody rows, the two hand-overs and the case-number counter."""

    informed: tuple[bool, ...]  # per node: knows that the site lives on the new node
    held: tuple[int, ...]  # per node: epoch held, 0 for none
    escalation: Transfer | None
    stored: frozenset[int]  # nodes that stored the escalation
    relocation: Transfer | None
    counters: tuple[int | None, ...]  # last number given, on the old and the new node
    numbers: tuple[int, ...]  # case numbers given for the site


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    peer_is_pinned: bool = True
    custody_row_decides: bool = True
    cases_are_relocated: bool = True
    counter_moves_first: bool = True


@dataclass(frozen=True)
class DelegationModel:
    """One case, at the old node or at the child, and registrations for the site."""

    registrations: int
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "delegation"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"3 nodes, 1 escalation, {self.registrations} registrations"

    def initial(self) -> Iterator[State]:
        """Begin with the case at the old node, or at the child."""
        new_counter = None if self.repairs.counter_moves_first else 0
        for start in (OLD, CHILD):
            held = tuple(1 if node == start else 0 for node in range(3))
            yield State((False,) * 3, held, None, frozenset(), None, (0, new_counter), ())

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give the steps of the directory, the hand-overs and the counter."""
        yield from self._inform(state)
        yield from self._escalate(state)
        yield from self._relocate(state)
        yield from self._register(state)

    def _inform(self, state: State) -> Iterator[Step[State]]:
        """The directory comes from the old node, the site's parent."""
        for node, informed in enumerate(state.informed):
            if not informed and (node == OLD or state.informed[OLD]):
                after = state._replace(informed=replaced(state.informed, node, True))
                label = f"the directory's new version reaches {NAMES[node]}"
                yield Step(label, after, by_system=node != OLD)

    def _escalate(self, state: State) -> Iterator[Step[State]]:
        now = NEW if state.informed[CHILD] else OLD
        row = state.escalation
        if row is None:
            if state.held[CHILD]:
                begun = state._replace(
                    escalation=Transfer(state.held[CHILD], now), held=replaced(state.held, CHILD, 0)
                )
                yield Step(f"V escalates to {NAMES[now]}", begun, by_system=False)
            return
        if not row.delivered:
            peer = row.peer if self.repairs.peer_is_pinned else now
            yield from self._deliver(state, row, peer)

    def _deliver(self, state: State, row: Transfer, peer: int) -> Iterator[Step[State]]:
        if peer in state.stored:
            done = state._replace(escalation=row._replace(delivered=True))
            yield Step(f"V hears that {NAMES[peer]} received it", done, by_system=True)
            return
        if peer == NEW and not state.informed[NEW]:
            return
        if peer == OLD and state.informed[OLD] and not self.repairs.custody_row_decides:
            return
        held = replaced(state.held, peer, row.epoch + 1)
        stored = state._replace(held=held, stored=state.stored | {peer})
        yield Step(f"{NAMES[peer]} stores it, epoch {row.epoch + 1}", stored, by_system=True)

    def _relocate(self, state: State) -> Iterator[Step[State]]:
        row, epoch = state.relocation, state.held[OLD]
        counter_gone = state.counters[OLD] is None or not self.repairs.counter_moves_first
        may_start = self.repairs.cases_are_relocated and state.informed[OLD] and counter_gone
        if row is None and epoch and may_start:
            begun = state._replace(
                relocation=Transfer(epoch, NEW), held=replaced(state.held, OLD, 0)
            )
            yield Step(f"the old node relocates epoch {epoch}", begun, by_system=True)
        if row is not None and not row.delivered and state.informed[NEW]:
            held = replaced(state.held, NEW, row.epoch + 1)
            done = state._replace(relocation=row._replace(delivered=True), held=held)
            yield Step(f"the new node stores it, epoch {row.epoch + 1}", done, by_system=True)

    def _register(self, state: State) -> Iterator[Step[State]]:
        last = state.counters[OLD]
        both_informed = state.informed[OLD] and state.informed[NEW]
        if self.repairs.counter_moves_first and both_informed and last is not None:
            moved = state._replace(counters=(None, last))
            yield Step("the counter moves to the new node", moved, by_system=True)
        for node in (OLD, NEW):
            counter = state.counters[node]
            ours = node == OLD or state.informed[NEW]
            if counter is not None and ours and len(state.numbers) < self.registrations:
                after = state._replace(
                    counters=replaced(state.counters, node, counter + 1),
                    numbers=(*state.numbers, counter + 1),
                )
                label = f"{NAMES[node]} registers number {counter + 1}"
                yield Step(label, after, by_system=False)

    def violation(self, state: State) -> str | None:
        """The case is held at one node, which may write; no number is given twice."""
        holders = [NAMES[node] for node, epoch in enumerate(state.held) if epoch]
        if len(holders) > 1:
            return "two holders: " + ", ".join(holders)
        if any(epoch and not self._may_write(state, node) for node, epoch in enumerate(state.held)):
            return "nobody may write: the directory names another node than the holder"
        if len(state.numbers) != len(set(state.numbers)):
            return "a case number was given twice"
        return None

    def settled(self, state: State) -> bool:
        """One node may write, nothing is under way, and the old node keeps no case of the site."""
        transfers = (state.escalation, state.relocation)
        open_rows = any(row is not None and not row.delivered for row in transfers)
        writers = [node for node in range(3) if state.held[node] and self._may_write(state, node)]
        left_behind = state.informed[OLD] and state.held[OLD]
        return len(writers) == 1 and not open_rows and not left_behind

    def _may_write(self, state: State, node: int) -> bool:
        if self.repairs.custody_row_decides or node == CHILD:
            return True
        return state.informed[node] is (node == NEW)

    def without_messages(self, state: State) -> State:
        """Give the state itself: every step is repeated from rows."""
        return state
