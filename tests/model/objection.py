"""Objection, its decision, and the return that the receiver owes (handover section 3).

K assigns to V; V may object, hand on to T, or sign; K decides. A decision is repeated for ever and
may arrive late; a local service may be busy when the return is to be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .checker import Step


class Offer(NamedTuple):
    """A hand-over under way."""

    sender: str
    receiver: str
    epoch: int


class Decision(NamedTuple):
    """What K decided about the objection at one epoch."""

    epoch: int
    upheld: bool


class State(NamedTuple):
    """Holders, hand-overs under way, the objection and its decisions."""

    holders: frozenset[tuple[str, int]]
    offers: frozenset[Offer]
    objection: int | None  # the epoch objected to, while open
    accepted: int | None  # the epoch signed for, or objected to in vain
    decisions: frozenset[Decision]
    ordered: int | None  # epoch of the decision whose return V still has to make
    busy: bool
    handoffs: int  # left to make
    breach: str = ""


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    receiver_makes_the_return: bool = True
    open_objection_stops_hand_overs: bool = True
    decision_names_its_epoch: bool = True
    ordered_return_stays_pending: bool = True


@dataclass(frozen=True)
class ObjectionModel:
    """Assignments, objections, escalations and decisions in any order."""

    handoffs: int
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "objection"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"3 units, {self.handoffs} hand-overs"

    def initial(self) -> Iterator[State]:
        """Begin with K holding."""
        held, none = frozenset({("K", 1)}), frozenset[Offer]()
        no_decision = frozenset[Decision]()
        yield State(held, none, None, None, no_decision, None, False, self.handoffs)

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give what people decide and what follows from it."""
        yield from self._hand_overs(state)
        yield from self._object_or_sign(state)
        yield from self._decide(state)
        for decision in state.decisions:
            yield from self._read(state, decision)
        yield from self._return(state)
        change = "finishes" if state.busy else "becomes busy"
        toggled = state._replace(busy=not state.busy)
        yield Step(f"a service of V {change}", toggled, by_system=state.busy)

    def _hand_overs(self, state: State) -> Iterator[Step[State]]:
        onward = {"K": "V", "V": "T"}
        for unit, epoch in state.holders:
            pending = state.ordered is not None or state.objection is not None
            stopped = pending and self.repairs.open_objection_stops_hand_overs
            if unit in onward and state.handoffs and not (unit == "V" and stopped):
                offer = Offer(unit, onward[unit], epoch)
                begun = state._replace(
                    handoffs=state.handoffs - 1,
                    holders=state.holders - {(unit, epoch)},
                    offers=state.offers | {offer},
                )
                yield Step(
                    f"{unit} hands epoch {epoch} to {offer.receiver}", begun, by_system=False
                )
        for offer in state.offers:
            held = state.holders | {(offer.receiver, offer.epoch + 1)}
            taken = state._replace(offers=state.offers - {offer}, holders=held)
            label = f"{offer.receiver} takes, epoch {offer.epoch + 1}"
            yield Step(label, taken, by_system=True)

    def _object_or_sign(self, state: State) -> Iterator[Step[State]]:
        epoch = epoch_of(state, "V")
        decided = any(decision.epoch == epoch for decision in state.decisions)
        if epoch is None or decided or state.objection is not None or state.accepted == epoch:
            return
        yield Step(f"V objects at epoch {epoch}", state._replace(objection=epoch), by_system=False)
        yield Step(f"V signs at epoch {epoch}", state._replace(accepted=epoch), by_system=False)

    def _decide(self, state: State) -> Iterator[Step[State]]:
        epoch = state.objection
        if epoch is None or any(decision.epoch == epoch for decision in state.decisions):
            return
        for upheld in (True, False):
            decided = state._replace(decisions=state.decisions | {Decision(epoch, upheld)})
            if upheld and not self.repairs.receiver_makes_the_return:
                decided = decided._replace(holders=state.holders | {("K", epoch + 1)})
            said = "upholds" if upheld else "overrules"
            yield Step(f"K {said} the objection at epoch {epoch}", decided, by_system=False)

    def _read(self, state: State, decision: Decision) -> Iterator[Step[State]]:
        """V's node reads a decision; for another epoch than its open objection's it is a note."""
        applies = state.objection == decision.epoch and epoch_of(state, "V") == decision.epoch
        if state.ordered is not None:
            return
        if not applies and self.repairs.decision_names_its_epoch:
            return
        if decision.upheld:
            read = state._replace(objection=None, ordered=decision.epoch)
        else:
            read = state._replace(objection=None, accepted=decision.epoch)
        if read != state:
            yield Step(f"V reads the decision for epoch {decision.epoch}", read, by_system=True)

    def _return(self, state: State) -> Iterator[Step[State]]:
        ordered = state.ordered
        if ordered is None:
            return
        if state.busy:
            if not self.repairs.ordered_return_stays_pending:
                dropped = state._replace(ordered=None)
                yield Step("Release refused, the return is dropped", dropped, by_system=True)
            return
        held = epoch_of(state, "V")
        epoch = ordered if held is None else held
        returned = state._replace(
            ordered=None,
            holders=state.holders - {("V", epoch)},
            offers=state.offers | {Offer("V", "K", epoch)},
        )
        if held not in (None, ordered):
            breach = f"returned at epoch {held} by a decision for epoch {ordered}"
            returned = returned._replace(breach=breach)
        yield Step(f"V returns epoch {epoch} to K", returned, by_system=True)

    def violation(self, state: State) -> str | None:
        """One holder at most; no decision acts on another epoch than its own."""
        if len(state.holders) > 1:
            return "two holders: " + ", ".join(sorted(unit for unit, _ in state.holders))
        return state.breach or None

    def settled(self, state: State) -> bool:
        """One holder, nothing under way, and no upheld objection whose case V still holds."""
        owed = any(d.upheld and epoch_of(state, "V") == d.epoch for d in state.decisions)
        unread = any(state.objection == d.epoch for d in state.decisions)
        quiet = not state.offers and state.ordered is None
        return len(state.holders) == 1 and quiet and not owed and not unread

    def without_messages(self, state: State) -> State:
        """Give the state itself: decisions and offers are repeated from rows."""
        return state


def epoch_of(state: State, unit: str) -> int | None:
    """Give the epoch at which `unit` holds."""
    return next((epoch for holder, epoch in state.holders if holder == unit), None)
