"""Passing through, recall along the rows, turning round (handover section 3).

County K, township T, village V. A hand-over between K and V names its final unit and passes T. The
single hops are taken as reliable here: the custody model shows that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .checker import Step

FAR_END = {"K": "V", "V": "K"}


class HopState(StrEnum):
    """State of one hop's row, as its sender knows it."""

    OFFERED = "offered"
    TAKEN = "taken"
    VOID = "void"


class Hop(NamedTuple):
    """The row of one hop; `final` is the unit the case is meant for."""

    sender: str
    receiver: str
    final: str
    epoch: int
    state: HopState = HopState.OFFERED


class State(NamedTuple):
    """Where the case is, the rows of all hops, and a recall on its way."""

    holders: frozenset[tuple[str, int]]
    hops: tuple[Hop, ...]
    waiting: Hop | None  # taken in passing without a row for the next hop
    village_reachable: bool
    recall_at: str | None
    handoffs: int  # left to make
    recalls: int  # left to make


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    next_hop_written_when_taken: bool = True
    recall_follows_rows: bool = True
    turns_round_when_blocked: bool = True


@dataclass(frozen=True)
class PassingModel:
    """Hand-overs between county and village, recalled and blocked at any moment."""

    handoffs: int
    recalls: int
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "passing through"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"K-T-V, {self.handoffs} hand-overs, {self.recalls} recalls"

    def initial(self) -> Iterator[State]:
        """Begin with the county holding."""
        held = frozenset({("K", 1)})
        yield State(
            held, (), None, True, recall_at=None, handoffs=self.handoffs, recalls=self.recalls
        )

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give the steps of holders, hops and recalls."""
        yield from self._hand_on(state)
        for number, hop in enumerate(state.hops):
            if hop.state is HopState.OFFERED:
                yield from self._take(state, number)
        yield from self._wait_in_passing(state)
        yield from self._recall(state)
        if state.village_reachable:
            closed = state._replace(village_reachable=False)
            yield Step("the way T to V becomes impossible", closed, by_system=False)

    def _hand_on(self, state: State) -> Iterator[Step[State]]:
        for unit, epoch in state.holders:
            if state.handoffs and unit in FAR_END:
                final = FAR_END[unit]
                label = f"{unit} hands epoch {epoch} to {final} by way of T"
                begun = state._replace(
                    holders=state.holders - {(unit, epoch)}, handoffs=state.handoffs - 1
                )
                yield Step(label, offered(begun, Hop(unit, "T", final, epoch)), by_system=False)

    def _take(self, state: State, number: int) -> Iterator[Step[State]]:
        hop = state.hops[number]
        unit, epoch = hop.receiver, hop.epoch + 1
        taken = with_hop(state, number, HopState.TAKEN)
        if unit == hop.final:
            held = taken._replace(holders=taken.holders | {(unit, epoch)})
            yield Step(f"{unit} takes, HELD at epoch {epoch}", held, by_system=True)
        elif self.repairs.next_hop_written_when_taken:
            label = f"{unit} takes epoch {epoch} in passing, next hop written with it"
            yield Step(label, self._pass_on(taken, hop), by_system=True)
        else:
            label = f"{unit} takes epoch {epoch} in passing, remembers where to"
            yield Step(label, taken._replace(waiting=hop), by_system=True)

    def _pass_on(self, state: State, hop: Hop) -> State:
        """Write the next hop's row; the way back to the county when there is none."""
        unit, epoch = hop.receiver, hop.epoch + 1
        if hop.final == "K" or state.village_reachable:
            return offered(state, Hop(unit, hop.final, hop.final, epoch))
        if self.repairs.turns_round_when_blocked:
            return offered(state, Hop(unit, "K", "K", epoch))
        return state._replace(waiting=hop)

    def _wait_in_passing(self, state: State) -> Iterator[Step[State]]:
        """Only simpler wordings wait here."""
        hop = state.waiting
        if hop is None:
            return
        onward = self._pass_on(state._replace(waiting=None), hop)
        if onward.waiting is None:
            yield Step(f"{hop.receiver} passes on", onward, by_system=True)
        if not self.repairs.next_hop_written_when_taken:
            crashed = state._replace(waiting=None)
            yield Step(f"{hop.receiver} crashes and forgets", crashed, by_system=False)

    def _recall(self, state: State) -> Iterator[Step[State]]:
        has_sent = last_hop_of(state, "K") is not None
        if state.recalls and has_sent and state.recall_at is None:
            asked = state._replace(recalls=state.recalls - 1, recall_at="K")
            yield Step("K asks to recall", asked, by_system=False)
        if state.recall_at is not None:
            yield from self._recall_arrives(state, state.recall_at)

    def _recall_arrives(self, state: State, unit: str) -> Iterator[Step[State]]:
        """Follow the rows to the one that is still OFFERED."""
        number = last_hop_of(state, unit)
        hop = None if number is None else state.hops[number]
        decides = hop is not None and hop.state is HopState.OFFERED and hop.final == "V"
        origin_decides = unit == "K" and not self.repairs.recall_follows_rows and hop is not None
        if number is not None and hop is not None and (decides or origin_decides):
            voided = with_hop(state, number, HopState.VOID)._replace(recall_at=None)
            yield Step(f"{unit} voids its row", self._come_back(voided, hop), by_system=True)
        elif hop is not None and hop.state is HopState.TAKEN and hop.receiver != hop.final:
            passed = state._replace(recall_at=hop.receiver)
            yield Step(f"{unit} passes the recall to {hop.receiver}", passed, by_system=True)
        else:
            late = state._replace(recall_at=None)
            yield Step(f"{unit} answers the recall: too late", late, by_system=True)

    @staticmethod
    def _come_back(state: State, hop: Hop) -> State:
        """The voided hop consumed its epoch: held again, or sent back, at the next one."""
        if hop.sender == "K":
            return state._replace(holders=state.holders | {("K", hop.epoch + 1)})
        return offered(state, Hop(hop.sender, "K", "K", hop.epoch + 1))

    def violation(self, state: State) -> str | None:
        """One holder at most; no two rows for one epoch unless the first is void."""
        if len(state.holders) > 1:
            return "two holders: " + ", ".join(sorted(unit for unit, _ in state.holders))
        epochs = [hop.epoch for hop in state.hops]
        if len(epochs) != len(set(epochs)):
            return "an epoch was handed on twice"
        return None

    def settled(self, state: State) -> bool:
        """One holder, nothing offered, waiting or being recalled."""
        moving = any(hop.state is HopState.OFFERED for hop in state.hops)
        quiet = state.waiting is None and state.recall_at is None
        return len(state.holders) == 1 and quiet and not moving

    def without_messages(self, state: State) -> State:
        """Give the state itself: what moves is repeated from rows."""
        return state


def offered(state: State, hop: Hop) -> State:
    """Write a hop's row."""
    return state._replace(hops=(*state.hops, hop))


def with_hop(state: State, number: int, hop_state: HopState) -> State:
    """Change the state of a hop's row."""
    hop = state.hops[number]._replace(state=hop_state)
    return state._replace(hops=(*state.hops[:number], hop, *state.hops[number + 1 :]))


def last_hop_of(state: State, unit: str) -> int | None:
    """Give the number of the row of the highest epoch that `unit` sends."""
    numbers = [number for number, hop in enumerate(state.hops) if hop.sender == unit]
    return max(numbers, key=lambda number: state.hops[number].epoch, default=None)
